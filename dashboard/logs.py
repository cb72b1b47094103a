"""What do log lines look like, and what is logged about refused requests?"""

import logging
from typing import Any

from django.db import InterfaceError, OperationalError

LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
TIME = "%Y-%m-%dT%H:%M:%S%z"
OUTAGE_SECONDS = 60


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


class Outage(logging.Filter):
    """While the database doesn't answer, log one line per minute and process, without stack traces.

    Otherwise every request and every round of a mirror would log one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last, self._unsaid = 0.0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return False for a message that was logged within the last minute."""
        if not _is_outage(record):
            return True
        if 0 <= record.created - self._last < OUTAGE_SECONDS:
            self._unsaid += 1
            return False
        error = record.exc_info[1] if record.exc_info else None
        words = record.getMessage() + (f": {error}" if error else "")
        if self._unsaid:
            words += f" ({self._unsaid} more like this since the last line)"
        record.msg, record.args = " ".join(words.split()), None
        record.exc_info = record.exc_text = None
        self._last, self._unsaid = record.created, 0
        return True


class ReadinessChecks(logging.Filter):
    """Don't log failed readiness checks: the answer says what is missing, and load balancers may
    ask every second."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return False for a record about /readyz."""
        request = getattr(record, "request", None)
        return request is None or request.path_info != "/readyz"


def _is_outage(record: logging.LogRecord) -> bool:
    """Return True if the record is about a database that doesn't answer."""
    named = record.args if isinstance(record.args, tuple) else ()
    raised = record.exc_info[1] if record.exc_info else None
    return any(isinstance(each, OperationalError | InterfaceError) for each in (raised, *named))


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
        },
    }
