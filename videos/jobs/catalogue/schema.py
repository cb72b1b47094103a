"""What is a valid entry of the catalogue?"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from videos.jobs.errors import ValidationFailed
from videos.wire import MAX_MODEL, WHOLE_SECONDS

LONGEST = 64
MAX_SIZE = 32
# Stored in the database, so in English.
DEFAULT_LABEL = gettext_noop("Default model")
DAY = gettext_lazy("Enter the date as 2026-11-23.")
PRICE = gettext_lazy("Enter a price in US dollars from 0 to 10,000, such as 0.10.")


def read_model(values: Mapping[str, Any]) -> dict[str, Any]:
    """A model's columns, from a form or a file. Raises ValidationFailed with all errors.

    Lists are lists of strings or numbers, prices are {size: number or string}, the date is ISO text
    or None. Missing values get the column's default.
    """
    errors: dict[str, str] = {}
    columns: dict[str, Any] = {}
    for name, (reader, default) in _READERS.items():
        try:
            columns[name] = reader(values.get(name, default))
        except ValueError as error:
            errors[name] = str(error)
    if not errors and not columns["label"]:
        columns["label"] = columns["model"][:80] or DEFAULT_LABEL
    if errors:
        raise ValidationFailed(errors)
    return columns


def _name(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else None
    if text is None or len(text) > MAX_MODEL or not text.isprintable():
        text = _("Enter a name of at most %(limit)d visible characters.")
        raise ValueError(text % {"limit": MAX_MODEL})
    return text


def _label(value: Any) -> str:
    return _line(value, 80)


def _description(value: Any) -> str:
    return _line(value, 300)


def _line(value: Any, limit: int) -> str:
    text = value.strip() if isinstance(value, str) else None
    if text is None or len(text) > limit or not text.isprintable():
        text = _("Enter one line of at most %(limit)d visible characters.")
        raise ValueError(text % {"limit": limit})
    return text


def _sizes(value: Any) -> list[str]:
    sizes = _list(value)
    if not 0 < len(sizes) <= LONGEST:
        raise ValueError(_("Enter 1 to %(limit)d sizes.") % {"limit": LONGEST})
    for size in sizes:
        if len(size) > MAX_SIZE or not size.isprintable() or " " in size:
            text = _("“%(size)s” isn't a valid size. Enter it as 1280x720.")
            raise ValueError(text % {"size": size[:40]})
    return sizes


def _seconds(value: Any) -> list[str]:
    seconds = _list(value)
    if not 0 < len(seconds) <= LONGEST:
        raise ValueError(_("Enter 1 to %(limit)d lengths.") % {"limit": LONGEST})
    for each in seconds:
        if not WHOLE_SECONDS.fullmatch(each):
            text = _("“%(length)s” isn't a valid length. Enter whole seconds, such as 8.")
            raise ValueError(text % {"length": each[:40]})
    return seconds


def _list(value: Any) -> list[str]:
    """The entries as text, without repetitions; none if any of them is blank."""
    if not isinstance(value, list):
        raise ValueError(_("Enter a list."))
    if not all(isinstance(v, str | int) and not isinstance(v, bool) for v in value):
        raise ValueError(_("Enter a list of strings."))
    entries = list(dict.fromkeys(str(v).strip() for v in value))
    return entries if all(entries) else []


def _prices(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > LONGEST:
        raise ValueError(_("Prices must be an object that maps a size, or *, to US dollars."))
    return {_size_of_price(size): price_of(price) for size, price in value.items()}


def _size_of_price(size: str) -> str:
    if not 0 < len(size) <= MAX_SIZE or not size.isprintable() or " " in size:
        text = _("“%(size)s” isn't a valid size. Enter 1280x720, or * for all sizes.")
        raise ValueError(text % {"size": size[:40]})
    return size


def price_of(value: Any) -> str:
    """A price as plain decimal text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(str(PRICE))
    try:
        price = Decimal(str(value).strip()[:30])
    except InvalidOperation:
        raise ValueError(str(PRICE)) from None
    # Prices have at most six decimals.
    if not price.is_finite() or not 0 <= price < 10_000 or round(price, 6) != price:
        raise ValueError(str(PRICE))
    text = f"{abs(price):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError(str(DAY))
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(str(DAY)) from None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(_("Enter true or false."))
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
