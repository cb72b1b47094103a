"""Which moment of a clip is meant by what was typed?"""

import re
from decimal import Decimal

# Longer than any clip.
MAX_SECONDS = 100_000
_TIMECODE = re.compile(
    r"(?:(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,5}):)?"
    r"(?P<seconds>\d{1,6}(?:\.\d{0,20})?|\.\d{1,20})",
    re.ASCII,
)


def read_timecode(text: str) -> Decimal:
    """Seconds from a clip's beginning, to the millisecond, from `62.5`, `1:02.5` or `00:01:02.5`.

    Raises ValueError.
    """
    if (match := _TIMECODE.fullmatch(text.strip())) is None:
        raise ValueError(f"{text[:40]!r} is not a timecode")
    minutes = 60 * int(match["hours"] or 0) + int(match["minutes"] or 0)
    seconds = (60 * minutes + Decimal(match["seconds"])).quantize(Decimal("0.001"))
    if seconds >= MAX_SECONDS:
        raise ValueError(f"{text[:40]!r} is too late")
    return seconds
