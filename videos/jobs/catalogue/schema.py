"""What may stand in one entry of the catalogue?"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from videos.jobs.errors import ValidationFailed
from videos.wire import MAX_MODEL, WHOLE_SECONDS

LONGEST = 64
MAX_SIZE = 32
DAY = "Write the day as 2026-11-23."
PRICE = "A price is a number of US dollars from 0 to 10,000, such as 0.10."


def read_offer(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an Offer from what a form or a file says. ValidationFailed with all errors.

    Lists come as lists of strings or numbers, prices as {size: number or string}, the day as
    ISO text or None. What is not said gets the column's default.
    """
    errors: dict[str, str] = {}
    read: dict[str, Any] = {}
    for name, (reader, default) in _READERS.items():
        try:
            read[name] = reader(values.get(name, default))
        except ValueError as error:
            errors[name] = str(error)
    if not errors and not read["label"]:
        read["label"] = read["model"][:80] or "Default model"
    if errors:
        raise ValidationFailed(errors)
    return read


def _name(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else None
    if text is None or len(text) > MAX_MODEL or not text.isprintable():
        raise ValueError(f"A name has at most {MAX_MODEL} visible characters.")
    return text


def _label(value: Any) -> str:
    return _line(value, 80)


def _description(value: Any) -> str:
    return _line(value, 300)


def _line(value: Any, limit: int) -> str:
    text = value.strip() if isinstance(value, str) else None
    if text is None or len(text) > limit or not text.isprintable():
        raise ValueError(f"Write one line of at most {limit} visible characters.")
    return text


def _sizes(value: Any) -> list[str]:
    sizes = _list(value, "size")
    for size in sizes:
        if len(size) > MAX_SIZE or not size.isprintable() or " " in size:
            raise ValueError(f"“{size[:40]}” is no size. Write it as 1280x720.")
    return sizes


def _seconds(value: Any) -> list[str]:
    seconds = _list(value, "length")
    for each in seconds:
        if not WHOLE_SECONDS.fullmatch(each):
            raise ValueError(f"“{each[:40]}” is no length. Write whole seconds, such as 8.")
    return seconds


def _list(value: Any, what: str) -> list[str]:
    if not isinstance(value, list) or any(isinstance(v, bool) for v in value):
        raise ValueError(f"This must be a list, with each {what} an entry.")
    if not all(isinstance(v, str | int) for v in value):
        raise ValueError(f"Each {what} must be a text.")
    found = list(dict.fromkeys(str(v).strip() for v in value))
    if not 0 < len([v for v in found if v]) == len(found) <= LONGEST:
        raise ValueError(f"Name at least one {what}, and at most {LONGEST}.")
    return found


def _prices(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > LONGEST:
        raise ValueError("Prices must be an object: size, or * for all, to US dollars.")
    return {_size_of_price(size): price_of(price) for size, price in value.items()}


def _size_of_price(size: str) -> str:
    if not 0 < len(size) <= MAX_SIZE or not size.isprintable() or " " in size:
        raise ValueError(f"“{size[:40]}” is no size. Write 1280x720, or * for all sizes.")
    return size


def price_of(value: Any) -> str:
    """A price as plain decimal text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(PRICE)
    try:
        price = Decimal(str(value).strip()[:30])
    except InvalidOperation:
        raise ValueError(PRICE) from None
    # Six digits are more than anybody bills by.
    if not price.is_finite() or not 0 <= price < 10_000 or round(price, 6) != price:
        raise ValueError(PRICE)
    text = f"{abs(price):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError(DAY)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(DAY) from None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("This is either true or false.")
    return value


_READERS: dict[str, tuple[Any, Any]] = {
    "model": (_name, None),
    "label": (_label, ""),
    "description": (_description, ""),
    "sizes": (_sizes, None),
    "seconds": (_seconds, None),
    "open_sizes": (_flag, False),
    "open_seconds": (_flag, False),
    "price_per_second": (_prices, {}),
    "priced_on": (_day, None),
    "enabled": (_flag, True),
}
