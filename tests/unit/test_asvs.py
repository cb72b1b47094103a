"""The walk through ASVS 5.0 leaves no requirement of levels 1 and 2 out."""

import re
from collections import Counter
from pathlib import Path

TEXT = (Path(__file__).resolve().parents[2] / "docs/asvs.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+) \|$", TEXT, re.M)
# Requirements of levels 1 and 2 by chapter, as ASVS 5.0.0 has them.
COUNTS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}


def test_every_requirement_of_levels_1_and_2_has_one_row() -> None:
    numbers = [number for number, *_ in ROWS]
    assert len(set(numbers)) == len(numbers) == 253
    assert Counter(int(number.split(".")[0]) for number in numbers) == COUNTS


def test_every_row_has_a_verdict_and_a_place() -> None:
    verdicts = Counter(verdict for _, _, verdict, _ in ROWS)
    assert set(verdicts) == {"met", "not met", "does not apply"}
    assert all(len(place) > 3 for *_, place in ROWS)
    summary = re.search(r"2026: (\d+) met, (\d+) not met,\n(\d+) don't apply", TEXT)
    assert summary is not None
    assert [int(each) for each in summary.groups()] == [
        verdicts["met"], verdicts["not met"], verdicts["does not apply"]
    ]  # fmt: skip
