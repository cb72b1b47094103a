"""What counts as live, who may do what, and how ids look is said once, in the model layer."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "videos"
# These answer requests or drive the use cases. They write no rows of clips themselves.
PACKAGES = ("admin", "gallery", "gateway", "management", "mirror", "team", "webhooks")
# The use cases on clips write rows, so they start from `VideoJob.objects`.
USE_CASES = ("archive", "billing", "notices", "review", "sharing")

# What must not stand outside the model layer → what to use instead.
ROWS = {
    r"VideoJob\.(objects|_default_manager)": "visible_jobs(member) or a use case of videos.jobs",
    r"\.maker(_id)? ?== ?": "may() or allowed_rows()",
}
FORBIDDEN = {
    r"trashed_at(__\w+)?\s*=": "VideoJobQuerySet.live(), in_trash() or trashed_between()",
    r"\.trashed_at is": "VideoJob.is_trashed",
    r"\[0-9a-f\]\{32\}": "videos.models.ids",
    r"requires\(Role": "requires(Action.…)",
    r"\.is(digit|decimal)\(": "videos.wire.values.whole_number()",
}


@pytest.mark.parametrize("pattern", ROWS)
def test_rows_are_asked_for_through_the_model_layer(pattern: str) -> None:
    assert _found(pattern, PACKAGES, ROWS) == []


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_a_rule_of_the_model_is_not_written_again(pattern: str) -> None:
    assert _found(pattern, (*PACKAGES, *USE_CASES), FORBIDDEN) == []


def _found(pattern: str, packages: Sequence[str], instead: Mapping[str, str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: use {instead[pattern]}"
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line)
    ]
