"""How are dates and long texts written for people?"""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

SHORT = 140


def shorten(text: str, limit: int = SHORT) -> str:
    """One line of at most `limit` characters."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def moment(when: datetime) -> str:
    """A date and time for people, in the server's time zone, which it names. In a `<time>` element
    the page's script replaces it by the viewer's own."""
    try:
        local = timezone.localtime(when)
    except OverflowError:
        # In that zone it lies beyond the years that a calendar has.
        return f"{when:%Y-%m-%d}"
    is_this_year = local.year == timezone.localtime().year
    return date_format(local, "SHORT_DATETIME_FORMAT" if is_this_year else "DATETIME_FORMAT")


def time_tag(when: datetime) -> SafeString:
    """The same as an element, for the middle of a text."""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), moment(when))
