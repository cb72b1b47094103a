"""How are the cards of one page put on the wall: with the days between them?"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from videos.models import VideoJob

# So many clips fill more than a row of the wall.
FULL = 8
FULL_COMPACT = 16
# Fills what is left of a row, so that its cards keep their size.
ROW_END = mark_safe('<span class="row-end"></span>')
# The same where no heading is for new clips: the first of them brings one.
NO_HEADING = mark_safe('<div id="newest" hidden><input type="hidden" name="days" value=""></div>')
# Cards that appear later go behind this where the list is not in the order of time.
NEWEST = mark_safe('<div id="newest" hidden></div>')


def wall(
    jobs: Sequence[VideoJob],
    cards: Iterable[SafeString],
    shown_day: str = "",
    *,
    is_compact: bool = False,
    takes_new: bool = False,
) -> list[SafeString]:
    """The cards of `jobs` under headings of days, in the team's time zone. Days with few clips
    share a heading, so that the wall stays full. `shown_day` is the last day that the page has a
    heading of already, as `2026-11-28`. With `takes_new`, clips that arrive later belong under the
    first heading (see `arrived`)."""
    cards = iter(cards)
    full = FULL_COMPACT if is_compact else FULL
    parts: list[SafeString] = []
    for newest, oldest, count in _groups([day_of(job) for job in jobs], full):
        if takes_new and not parts:
            parts.append(top_heading(newest, oldest))
        elif newest.isoformat() != shown_day:
            # Where these cards go on from others, the row before them is ended as well.
            parts += [ROW_END] if parts or shown_day else []
            parts.append(_heading(newest, oldest))
        parts += [next(cards) for _card in range(count)]
    return parts or [NO_HEADING] if takes_new else parts


def arrived(jobs: Sequence[VideoJob], cards: Sequence[SafeString], shown: str | None) -> SafeString:
    """The cards of new `jobs`, newest first, as an out-of-band swap that puts them where a reload
    would: under the first heading, which then names their day as well.

    `shown` is what the page sent as `days`: the days that its heading names, empty where it has no
    heading for new clips yet, None where the list has no days.
    """
    added = format_html(
        '<div hx-swap-oob="afterend:#newest">{}{}</div>',
        format_html_join("", "{}", ((card,) for card in cards)),
        "" if shown else ROW_END,
    )
    if shown is None or not jobs:
        return added
    days = [*_read_days(shown), day_of(jobs[0]), day_of(jobs[-1])]
    return top_heading(max(days), min(days), oob=True) + added


def top_heading(newest: date, oldest: date, *, oob: bool = False) -> SafeString:
    """The heading of the newest clips, which is where those that arrive later go. The page sends
    its days along when it asks for them."""
    return format_html(
        '<h2 class="day" id="newest"{}>{}<input type="hidden" name="days" value="{}/{}"></h2>',
        SafeString(' hx-swap-oob="true"' if oob else ""),
        _days_name(newest, oldest),
        oldest.isoformat(),
        newest.isoformat(),
    )


def _read_days(text: str) -> list[date]:
    try:
        return [date.fromisoformat(day) for day in text.split("/")[:2]]
    except ValueError:
        return []


def _groups(days: Sequence[date], full: int) -> list[tuple[date, date, int]]:
    """(newest day, oldest day, how many clips) of each group. A group takes whole days until it
    has `full` clips; today and yesterday, which people look for, stand alone with half as many. A
    few clips left at the end join the last group."""
    counts = [(day, len(list(same))) for day, same in groupby(days)]
    groups: list[tuple[date, date, int]] = []
    for position, (day, count) in enumerate(counts):
        is_last_few = position == len(counts) - 1 and count < _enough(day, full)
        if groups and (groups[-1][2] < _enough(groups[-1][1], full) or is_last_few):
            newest, _oldest, before = groups[-1]
            groups[-1] = (newest, day, before + count)
        else:
            groups.append((day, day, count))
    return groups


def _enough(oldest: date, full: int) -> int:
    """How many clips let a group that ends with this day have a heading of its own."""
    return full // 2 if oldest >= timezone.localdate() - timedelta(days=1) else full


def day_of(job: VideoJob) -> date:
    """The day on which it was created, in the team's time zone."""
    try:
        return timezone.localdate(job.created_at)
    except OverflowError:
        return job.created_at.date()


def day_name(day: date) -> str:
    """`Today`, `Yesterday`, `21 November`, `21 November 2025`."""
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if day.year == today.year:
        return date_format(day, pgettext("a day as Django's date filter writes it", "j F"))
    return date_format(day, pgettext("a day as Django's date filter writes it", "j F Y"))


def _heading(newest: date, oldest: date) -> SafeString:
    # No `<time>`: the page's script would write a moment in the viewer's zone.
    return format_html('<h2 class="day">{}</h2>', _days_name(newest, oldest))


def _days_name(newest: date, oldest: date) -> str:
    if newest == oldest:
        return day_name(newest)
    oldest, newest = sorted((oldest, newest))
    return f"{day_name(oldest)} – {day_name(newest)}"
