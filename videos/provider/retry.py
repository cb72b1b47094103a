"""When is a call retried, and how long do we wait before?"""

import math
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeVar

from videos.provider.errors import (
    ADDRESS_REFUSED,
    NoAnswer,
    NotSent,
    ProviderError,
    Unavailable,
)

T = TypeVar("T")

LONGEST_WAIT = 600.0
RETRIES = 2
FIRST_PAUSE = 0.5


def retry_after(headers: Mapping[str, str], *, now: float | None = None) -> float | None:
    """Seconds that the server asks us to wait, 0..600; None if it doesn't, or not in a valid way.

    Reads `retry-after-ms` (milliseconds) before `Retry-After` (seconds or an HTTP date). `now`
    is in Unix seconds. The mapping must be case-insensitive.
    """
    seconds = _number(headers.get("retry-after-ms"))
    if seconds is not None:
        return _bounded(seconds / 1000)
    text = headers.get("Retry-After")
    seconds = _number(text)
    if seconds is None and text is not None:
        seconds = _until(text, time.time() if now is None else now)
    return None if seconds is None else _bounded(seconds)


def _number(text: str | None) -> float | None:
    if text is None or not text.isascii():
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _until(text: str, now: float) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _bounded(seconds: float) -> float | None:
    return min(seconds, LONGEST_WAIT) if seconds >= 0 else None


def jittered(attempt: int) -> float:
    """The pause in seconds before retry number `attempt` (from 0), randomized to spread clients."""
    return FIRST_PAUSE * (1 << attempt) * random.uniform(0.5, 1.5)  # noqa: S311


def read_again(
    call: Callable[[], T], *, left: Callable[[], float], sleep: Callable[[float], None]
) -> T:
    """The result of a read-only call, tried up to three times while time is `left()`."""
    for attempt in range(RETRIES):
        try:
            return call()
        except (NotSent, NoAnswer, Unavailable) as error:
            pause = _pause(error, attempt)
            if error.code == ADDRESS_REFUSED or pause >= left():
                raise
        sleep(pause)
    return call()


def _pause(error: ProviderError, attempt: int) -> float:
    return max(jittered(attempt), error.retry_after or 0.0)
