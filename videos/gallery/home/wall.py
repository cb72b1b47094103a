"""How are the cards of one page put on the wall: with the days between them?"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from videos.gallery.clips.card import render_cards
from videos.models import Member, VideoJob

# Cards that appear later go behind this: below the heading of their day.
NEWEST = mark_safe('<div id="newest" hidden></div>')


def wall(jobs: Sequence[VideoJob], member: Member, shown_day: str = "") -> list[SafeString]:
    """The markup of `jobs`, each day under a heading, in the team's time zone. `shown_day` is the
    last day that the page has a heading of already, as `2026-11-28`."""
    parts: list[SafeString] = []
    for job, card in zip(jobs, render_cards(jobs, member), strict=True):
        day = day_of(job)
        if day.isoformat() != shown_day:
            parts.append(_heading(day))
            shown_day = day.isoformat()
        parts.append(card)
    return parts


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


def _heading(day: date) -> SafeString:
    # No `<time>`: the page's script would write a moment in the viewer's zone.
    return format_html('<h2 class="day">{}</h2>', day_name(day))
