"""How do clips and what is known of them get into a spreadsheet?"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from videos.sharing.files import Clip
from videos.sharing.metadata import facts_of

# Spreadsheets run what begins with one of these. The wide forms are taken for the narrow ones.
RUNS = tuple("=+-@\t\r\n＝＋－＠")
COLUMNS = (
    "file",
    "id",
    "missing",
    "prompt",
    "model",
    "provider",
    "size",
    "seconds",
    "frame_rate",
    "seed",
    "take",
    "takes",
    "price_usd",
    "project",
    "tags",
    "maker",
    "created_at",
    "verdict",
    "reason",
    "note",
    "comments",
    "sha256",
)


def table(clips: Sequence[Clip]) -> str:
    """CSV with one line for each clip, those without a file, too. It begins with a byte order mark,
    by which spreadsheets know UTF-8."""
    rows = map(_row, clips)
    return csv_text(COLUMNS, ([row.get(name) for name in COLUMNS] for row in rows))


def csv_text(head: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """CSV with a byte order mark. No cell can be taken for a formula."""
    return "".join(csv_lines(head, rows))


def csv_lines(head: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The same, line by line."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        yield writer.writerow([_safe(cell) for cell in row])


class _Echo:
    """A file that returns what is written to it."""

    def write(self, text: str) -> str:
        return text


def _safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(RUNS):
        return f"'{value}"
    return value


def _row(clip: Clip) -> dict[str, Any]:
    facts = facts_of(clip)
    comments = "\n".join(map(_comment, facts["comments"]))
    decision: dict[str, Any] = facts["decision"]
    return facts | decision | {"tags": ", ".join(clip.tags), "comments": comments}


def _comment(comment: dict[str, Any]) -> str:
    start, end = comment["start_seconds"], comment["end_seconds"]
    times = "" if start is None else f"{start:g} s" if end is None else f"{start:g}–{end:g} s"
    said = f"{comment['by']}: {comment['text']}"
    return f"[{times}] {said}" if times else said
