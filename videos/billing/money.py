"""How are amounts of the ledger written, and how are typed ones read?"""

import re
from decimal import Decimal, InvalidOperation

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.models.charge import CURRENCY
from videos.wire.cost import MICROS

# The largest amounts that a budget may have: US dollars, seconds of video.
MOST_DOLLARS = Decimal(1_000_000)
MOST_SECONDS = Decimal(10_000_000)
SIGNS = {"USD": "$"}
# What people write beside a number; another currency is refused.
DOLLAR_SIGNS = re.compile(r"^\$|^(us)?\$\s*|\s*usd$", re.IGNORECASE)
NOT_DOLLARS = gettext_lazy("Amounts are in US dollars, such as 250 or 12.50.")
NOT_SECONDS = gettext_lazy("Enter seconds of video, such as 3600.")
NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)


def amount_text(micros: int, currency: str = CURRENCY) -> str:
    """`$12.50`; what is below a cent keeps up to four digits. Another currency has its code."""
    amount = abs(Decimal(micros)) / MICROS
    digits = 2 if round(amount, 2) == amount or amount >= 100 else 4
    number = number_format(round(amount, digits), digits, force_grouping=True)
    minus = "−" if micros < 0 else ""
    sign = SIGNS.get(currency)
    return f"{minus}{sign}{number}" if sign else f"{minus}{number} {currency}"


def seconds_text(milliseconds: int) -> str:
    """`1,200 s`."""
    seconds = Decimal(milliseconds) / 1000
    whole = seconds == int(seconds)
    number = number_format(int(seconds) if whole else round(seconds, 1), force_grouping=True)
    return _("%(seconds)s s") % {"seconds": number}


def read_amount(text: str) -> int:
    """Typed dollars as millionths. Raises ValueError with a message if it isn't a valid amount."""
    amount = _read(DOLLAR_SIGNS.sub("", text.strip()).strip(), str(NOT_DOLLARS))
    if amount > MOST_DOLLARS:
        most = number_format(MOST_DOLLARS, force_grouping=True)
        raise ValueError(_("An amount can be at most $%(most)s.") % {"most": most})
    return int(amount * MICROS)


def read_seconds(text: str) -> int:
    """Typed seconds of video as milliseconds. ValueError, with words."""
    seconds = _read(text.strip(), str(NOT_SECONDS))
    if seconds > MOST_SECONDS:
        most = number_format(MOST_SECONDS, force_grouping=True)
        raise ValueError(_("A budget can be at most %(most)s seconds.") % {"most": most})
    return int(seconds * 1000)


def _read(text: str, message: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise ValueError(message)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(message) from None
