"""What counts as live, who may do what, and how ids look is said once, in the model layer."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "videos"
# Rows of clips are asked for, and rules about the trash are written, in these rooms alone: they
# say what clips are, and they take clips through their life.
ROW_ROOMS = ("models", "jobs", "billing")
# History: a migration has the models and the rules of its own time.
HISTORY = ("migrations",)

# Names of the column, not rules about it → why they are there.
COLUMN_NAMED = {
    "gallery/clips/card.py": "loads what `is_trashed` reads",
    "gallery/clips/poll.py": "loads what `is_trashed` reads",
    "gallery/video/views.py": "loads what `is_trashed` reads",
    "gallery/cleanup/rows.py": "shows when a clip was moved to the trash",
    "review/bulk/work.py": "loads what `is_trashed` reads",
}
COLUMN_NAME = re.compile(r'"trashed_at"[,)]|job\.trashed_at\b(?! is)')

# What must not stand outside ROW_ROOMS → what to use instead.
ROWS = {
    r"VideoJob\.(objects|_default_manager|_base_manager)": (
        "visible_jobs(member) or another function of videos.models.selectors"
    ),
    r"trashed_at": "VideoJobQuerySet.live(), in_trash() or trashed_between(), or is_trashed",
}
# What must not stand outside the model layer.
RULES = {
    r"\.trashed_at is": "VideoJob.is_trashed",
    r"\.maker(_id)? ?== ?": "may() or allowed_rows()",
    r"\[0-9a-f\]\{32\}": "videos.models.ids",
    r"requires\(Role": "requires(Action.…)",
    r"\.role in roles_given_by": "may_manage() or may_give_role()",
    r"(?<!update)\((?:(?!update\().)*\bdeleted_at(__isnull)?=": "live() or deleted()",
    r"AccessToken\.objects\.filter\(.*\b(revoked|expires)_at": "unrevoked() or working()",
    r"\.is(digit|decimal)\(": "videos.wire.values.whole_number()",
    r"def _?(may_|can_|sees_|votable|is_shown|visible)\w*\(.*\bMember\b": (
        "videos.models.row_policies"
    ),
}
# They parse what strangers write, below the model layer.
GROUND = ("wire", "frames", "provider")


@pytest.mark.parametrize("pattern", ROWS)
def test_rows_are_asked_for_through_the_model_layer(pattern: str) -> None:
    offences = [
        f"{path}:{number}: use {ROWS[pattern]}"
        for path, number, line in _lines(ROW_ROOMS)
        if re.search(pattern, line)
        and not (path in COLUMN_NAMED and re.search(pattern, COLUMN_NAME.sub("", line)) is None)
    ]
    assert offences == []


@pytest.mark.parametrize("path", COLUMN_NAMED)
def test_an_exception_is_still_needed(path: str) -> None:
    assert COLUMN_NAME.search((ROOT / path).read_text())


@pytest.mark.parametrize("pattern", RULES)
def test_a_rule_of_the_model_is_not_written_again(pattern: str) -> None:
    offences = [
        f"{path}:{number}: use {RULES[pattern]}"
        for path, number, line in _lines(("models", *GROUND))
        if re.search(pattern, line)
    ]
    assert offences == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("rows = VideoJob.objects.filter(pk=1)", True),
        ("VideoJob._base_manager.all()", True),
        ("rows.filter(trashed_at__isnull=True)", True),
        ("rows.exclude(**{'job__trashed_at': None})", True),
        ("visible_jobs(member).live()", False),
    ],
)
def test_the_patterns_find_what_they_should(line: str, is_found: bool) -> None:
    assert any(re.search(pattern, line) for pattern in ROWS) is is_found


def _lines(without: Collection[str]) -> Iterator[tuple[str, int, str]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT)
        if name.parts[0] not in (*without, *HISTORY):
            for number, line in enumerate(path.read_text().splitlines(), start=1):
                yield name.as_posix(), number, line
