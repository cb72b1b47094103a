"""What an operator finds in the log."""

import errno
import logging
import re
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from dashboard.logs import Line, Outage

START = 1_800_000_000.0


def _record(at: float, message: str = "went wrong", *args: Any, error: Any = None) -> Any:
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("videos.mirror", logging.ERROR, "", 1, message, args, info)
    record.created = at
    return record


def test_a_line_has_time_and_level() -> None:
    line = Line().format(_record(START))
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} ERROR   videos\.mirror: went wrong"
    assert re.fullmatch(pattern, line)


@pytest.mark.parametrize("error", [OperationalError("gone\nDETAIL"), InterfaceError("closed")])
def test_an_outage_is_one_line_a_minute(error: Exception) -> None:
    outage, lines = Outage(), []
    for second in range(121):
        record = _record(START + second, "Service Unavailable: %s", "/", error=error)
        if outage.filter(record):
            lines.append(Line().format(record))
    assert len(lines) == 3 and all("\n" not in line for line in lines)
    message = str(error).replace("\n", " ")
    assert lines[0].endswith(f"Service Unavailable: /: {message}")
    assert lines[1].endswith("(59 more like this since the last line)")


def test_the_mirrors_own_words_about_an_outage_count_as_well() -> None:
    outage = Outage()
    first = _record(START, "trying again: %s", OperationalError("gone"))
    assert outage.filter(first) and first.getMessage() == "trying again: gone"
    assert not outage.filter(_record(START + 1, "trying again: %s", OperationalError("gone")))


def test_a_full_disk_is_one_outage_whatever_could_not_be_written() -> None:
    outage = Outage()
    full = OSError(errno.ENOSPC, "No space left on device")
    records = [
        _record(START, "%s can't be stored", "video_1", error=full),
        _record(START + 1, "%s can't be stored", "video_2", error=full),
        _record(START + 2, "the count can't be written: %s", full),
        _record(START + 3, "%s can't be stored", "video_3", error=OSError(errno.ENOENT, "gone")),
    ]
    assert [outage.filter(record) for record in records] == [True, False, False, True]
    assert "\n" not in Line().format(records[0]) and records[3].exc_info


def test_each_providers_outage_has_a_line_of_its_own() -> None:
    outage = Outage()

    def said(at: float, provider: str) -> bool:
        record = _record(START + at, "provider %s: NoAnswer, timeout", provider)
        record.outage = f"{provider} NoAnswer, timeout"
        return outage.filter(record)

    assert [said(0, "a"), said(1, "b"), said(2, "a"), said(61, "a"), said(62, "b")] == [
        True,
        True,
        False,
        True,
        True,
    ]


def test_other_faults_are_all_logged_with_their_stack() -> None:
    outage = Outage()
    for second in range(3):
        record = _record(START + second, error=ValueError("ours"))
        assert outage.filter(record) and record.exc_info
