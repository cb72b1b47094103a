"""How are many clips changed, when one request must stay short?

Each request does one chunk; the page that it returns sends the next one by itself, or by a button
where there is no JavaScript. All that a step needs to know travels in the form.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import ngettext

from videos.gallery.shell.htmx import page, piece, wants_piece
from videos.models.ids import is_video_id
from videos.models.selectors import with_stacks
from videos.wire.values import whole_number

CHUNK = 500
MAX_IDS = 500
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bulk:
    """A run under way, as `_bulk_progress.html` shows it."""

    title: str
    done: int
    total: int
    continue_url: str
    back_url: str
    text: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)


def under_way(request: HttpRequest, bulk: Bulk) -> HttpResponse:
    """The progress, which goes on by itself."""
    if wants_piece(request):
        return piece(request, ("bulk/_progress.html", {"bulk": bulk}))
    return page(request, "bulk/confirm.html", {"bulk": bulk})


class TooManySelected(SuspiciousOperation):
    """More clips were selected than one request takes. Answered with 400 and the message."""


def chosen_ids(form: QueryDict) -> list[str]:
    """The public ids of a form's checkboxes; invalid ids are ignored. Raises TooManySelected.

    A stack's card stands for its cover alone, unless the form says that whole stacks are meant.
    """
    ids = list(dict.fromkeys(each for each in form.getlist("ids") if is_video_id(each)))
    if len(ids) > MAX_IDS:
        raise TooManySelected(too_many(MAX_IDS))
    return with_stacks(ids) if form.get("whole_stacks") == "1" else ids


def too_many(limit: int) -> str:
    """What to say where more than `limit` clips were chosen."""
    text = ngettext(
        "Choose at most %(count)d clip at a time.",
        "Choose at most %(count)d clips at a time.",
        limit,
    )
    return text % {"count": limit}


def number(form: QueryDict, name: str) -> int:
    """The count in this form field; 0 if it isn't a number."""
    return whole_number(form.get(name, ""), 9) or 0


def moment(form: QueryDict, name: str) -> datetime | None:
    """The time in this form field, in UTC and never in the future; None if it can't be read. At
    least EARLIEST, which every time zone can show."""
    try:
        moment = parse_datetime(form.get(name, ""))
        if moment is None or timezone.is_naive(moment):
            return None
        return max(EARLIEST, min(moment.astimezone(UTC), timezone.now()))
    except (ValueError, OverflowError):
        return None


def instant(form: QueryDict, name: str) -> datetime:
    """As `moment`, but the current time if it can't be read."""
    return moment(form, name) or timezone.now()
