"""What counts as live, who may do what, and how ids look is said once, in the model layer."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "videos"
ROOMS = ("gallery", "gateway", "management", "mirror", "team", "webhooks")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

# What must not stand outside the model layer → what to use instead.
FORBIDDEN = {
    r"VideoJob\.(objects|_default_manager)": "visible_jobs(member) or a use case of videos.jobs",
    r"trashed_at(__\w+)?\s*=": "VideoJobQuerySet.live(), in_trash() or trashed_between()",
    r"\.trashed_at is": "VideoJob.is_trashed",
    r"\[0-9a-f\]\{32\}": "videos.models.ids",
    r"requires\(Role": "requires(Action.…)",
    r"\.maker(_id)? ?== ?": "may() or allowed_rows()",
}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_a_rule_of_the_model_is_not_written_again(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: use {FORBIDDEN[pattern]}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert found == []
