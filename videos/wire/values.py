"""How is one value of a stranger's JSON read, whatever its type and however its name is spelled?"""

import math
from collections.abc import Iterable, Iterator
from typing import Any

from videos.wire.objects import MAX_ID

MAX_NUMBER = 10**40
LONGEST_NUMBER = 40  # characters
# Beyond this, floats no longer tell one whole number from the next.
MAX_EXACT = 2**53


def as_id(value: Any) -> str | None:
    """The id as text, from text or a whole number; None if no URL and no index could hold it."""
    if isinstance(value, float) and value.is_integer() and value <= MAX_EXACT:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < MAX_NUMBER:
        return str(value)
    if not isinstance(value, str) or not value.isprintable() or not value.strip(". "):
        return None
    return value if len(value.encode()) <= MAX_ID else None


def whole_number(text: str, digits: int = 18) -> int | None:
    """The whole number that `text` writes in at most `digits` ASCII digits, otherwise None. With 18
    digits it fits any database's key."""
    is_one = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if is_one else None


def as_number(value: Any) -> float | None:
    """A finite number, also from text or a percentage."""
    if isinstance(value, str):
        try:
            value = float(value[:LONGEST_NUMBER].strip().removesuffix("%"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def under(fields: dict[str, Any], names: Iterable[str]) -> Iterator[Any]:
    """The values under these names in their order, also in other case, without underscores or with
    dashes: `task_id`, `taskId`, `TaskID`. Names are given in lower case."""
    spelled: dict[str, Any] = {}
    for name, value in fields.items():
        spelled.setdefault(_plain(name), value)
    for name in names:
        if name in fields:
            yield fields[name]
        elif (plain := _plain(name)) in spelled:
            yield spelled[plain]


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
