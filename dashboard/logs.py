"""What do log lines look like, and what is logged about refused requests?"""

import errno
import logging
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError

LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
TIME = "%Y-%m-%dT%H:%M:%S%z"
OUTAGE_SECONDS = 60
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


class Line(logging.Formatter):
    """Time with its offset from UTC, level, module, message."""

    def __init__(self) -> None:
        super().__init__(LINE, TIME)


class OneLine(logging.Filter):
    """Log one line without a stack trace for invalid requests, which aren't errors of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True."""
        record.exc_info = record.exc_text = None
        return True


@dataclass
class Logged:
    """When an outage was last logged, and how many lines were left out since."""

    at: float
    left_out: int = 0


class Outage(logging.Filter):
    """Log one line per minute, process and outage, without stack traces: while the database doesn't
    answer, the disk is full, or a provider fails.

    Otherwise every request, every round of a mirror and every poll would log one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._logged: dict[str, Logged] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return False for an outage that was logged within the last minute."""
        outage = _outage_of(record)
        if not outage:
            return True
        last = self._logged.get(outage)
        if last and 0 <= record.created - last.at < OUTAGE_SECONDS:
            last.left_out += 1
            return False
        error = record.exc_info[1] if record.exc_info else None
        message = record.getMessage() + (f": {error}" if error else "")
        if last and last.left_out:
            message += f" ({last.left_out} more like this since the last line)"
        record.msg, record.args = " ".join(message.split()), None
        record.exc_info = record.exc_text = None
        self._logged[outage] = Logged(record.created)
        return True


class ReadinessChecks(logging.Filter):
    """Don't log failed readiness checks: the answer says what is missing, and load balancers may
    ask every second."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return False for a record about /readyz."""
        request = getattr(record, "request", None)
        return request is None or request.path_info != "/readyz"


def _outage_of(record: logging.LogRecord) -> str:
    """The outage that the record is about, or "" if it isn't about one.

    The database and the disk are known by the error; others by `extra={"outage": name}`.
    """
    named = record.args if isinstance(record.args, tuple) else ()
    errors = (record.exc_info[1] if record.exc_info else None, *named)
    if any(isinstance(error, OperationalError | InterfaceError) for error in errors):
        return "database"
    if any(isinstance(error, OSError) and error.errno in DISK_ERRORS for error in errors):
        return "disk"
    return str(getattr(record, "outage", ""))


STDERR: dict[str, Any] = {"class": "logging.StreamHandler", "formatter": "line"}


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING: everything from `level` on goes to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "dashboard.logs.Line"}},
        "filters": {
            "one-line": {"()": "dashboard.logs.OneLine"},
            "outage": {"()": "dashboard.logs.Outage"},
            "readiness-checks": {"()": "dashboard.logs.ReadinessChecks"},
        },
        "handlers": {
            "stderr": STDERR | {"filters": ["outage"]},
            "refusals": STDERR | {"filters": ["one-line"]},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "django.security": {"handlers": ["refusals"], "level": "WARNING", "propagate": False},
            # Form errors (status 4xx) are not worth a line in the server's log.
            "django.request": {"level": "ERROR", "filters": ["readiness-checks"]},
            # It logs whole addresses, which may be secret, and what a server answered: with
            # malformed headers as a warning, else for debugging.
            "urllib3": {"level": "ERROR"},
        },
    }
