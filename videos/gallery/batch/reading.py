"""What does a pasted or uploaded list say, line by line?

One prompt a line, or a table as CSV whose first line names the columns. Spreadsheets differ in what
they write: commas, semicolons or tabs, with or without a byte order mark, quoted line breaks.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from videos.gallery.shell.dates import shorten
from videos.jobs.submission.extra_fields import EXTRA_NAMES

COLUMNS = ("prompt", "model", "size", "seconds", "takes", *EXTRA_NAMES)
DELIMITERS = ",;\t"
MAX_MB = 1
MAX_BYTES = MAX_MB * 1024 * 1024
BOM = "\ufeff"
# Spreadsheets write it, and read it, as a line before the header.
SEPARATOR_LINE = re.compile(r"\s*\"?sep=([,;\t|])\"?[ \t]*(?:\n|$)", re.IGNORECASE)
MOST_NAMED = 5


class Unreadable(Exception):
    """The list as a whole cannot be read; the message says why, for people."""


@dataclass(frozen=True)
class Line:
    """One row of the list. `number` is where it begins in the text, from 1; cells that say nothing
    are left out. With a `problem` the cells are not to be trusted."""

    number: int
    cells: dict[str, str]
    problem: str = ""


def decode(data: bytes) -> str:
    """The text of an uploaded file, its line ends made plain."""
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than %(most)s MB.") % {"most": MAX_MB})
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        text = _("This file isn't UTF-8 text. In a spreadsheet, save it as “CSV UTF-8”.")
        raise Unreadable(text) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_lines(text: str, *, is_table: bool = False) -> list[Line]:
    """The rows of a list, empty lines left out. `is_table`: it must be one with a header.

    Raises Unreadable.
    """
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise Unreadable(_("The list is longer than %(most)s MB.") % {"most": MAX_MB})
    text = text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")
    said, text = _without_separator_line(text)
    delimiter = _delimiter(text, said or DELIMITERS)
    if delimiter:
        return _table(text, delimiter)
    if is_table or (said and said in text):
        raise Unreadable(
            _("The first line must name the columns, and one of them must be “prompt”.")
        )
    lines = enumerate(text.split("\n"), start=1)
    return [Line(number, {"prompt": line.strip()}) for number, line in lines if line.strip()]


def _without_separator_line(text: str) -> tuple[str, str]:
    """The delimiter that a first line such as `sep=;` names, and the text with that line emptied,
    so that the other lines keep their numbers."""
    match = SEPARATOR_LINE.match(text)
    if match is None:
        return "", text
    return match[1], "\n" * match[0].count("\n") + text[match.end() :]


def _delimiter(text: str, delimiters: str) -> str:
    """What separates the header's names. Empty if the first line isn't a header."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    headers = {each: _names(first.split(each)) for each in delimiters}
    best = max(delimiters, key=lambda each: len(headers[each]))
    return best if "prompt" in headers[best] else ""


def _names(cells: list[str]) -> list[str]:
    """Column names as we know them: “Negative Prompt” is negative_prompt."""
    plain = (cell.strip().strip('"').strip().casefold() for cell in cells)
    return [name.replace(" ", "_").replace("-", "_") for name in plain]


def _table(text: str, delimiter: str) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    lines: list[Line] = []
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return lines
        except csv.Error as error:
            text = _("Line %(line)s isn't valid CSV. Check its quotation marks.")
            raise Unreadable(text % {"line": number}) from error
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names = _header(cells)
        else:
            lines.append(_line(number, names, cells))


def _header(cells: list[str]) -> list[str]:
    names = _names(cells)
    while names and not names[-1]:
        # Spreadsheets write the empty columns beside the table, too.
        names.pop()
    unknown = [f"“{cell.strip()}”" for cell, name in zip(cells, names, strict=False)
               if name not in COLUMNS]  # fmt: skip
    if unknown:
        text = _("The first line has unknown columns: %(unknown)s. Use %(columns)s.")
        raise Unreadable(text % {"unknown": _some(unknown), "columns": ", ".join(COLUMNS)})
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        text = _("The first line names a column twice: %(columns)s.")
        raise Unreadable(text % {"columns": ", ".join(twice)})
    return names


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    shown = [shorten(name, 60) for name in names[:MOST_NAMED]]
    text = ", ".join(shown)
    return _("%(names)s and %(count)s more") % {"names": text, "count": more} if more > 0 else text


def _line(number: int, names: list[str], cells: list[str]) -> Line:
    values = [cell.strip() for cell in cells]
    named = {name: cell for name, cell in zip(names, values, strict=False) if cell}
    problem = ""
    if any(values[len(names) :]):
        problem = _(
            "It has %(cells)s cells, but there are %(columns)s columns. "
            "Put text with commas or semicolons in quotation marks."
        ) % {"cells": len(values), "columns": len(names)}
    return Line(number, named, problem)
