"""How does a person split clips off their stack, join them, and take that back?"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from videos.gallery.bulk.matching import named_ids
from videos.gallery.bulk.sentences import undone_text
from videos.gallery.clips.list_position import page_in_list, url_at_clip
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.gallery.shell.lookup import find
from videos.jobs.errors import ValidationFailed
from videos.models import Action, visible_jobs
from videos.models.ids import is_video_id
from videos.review.stacks import Moved, join, split_off, undo_move
from videos.team.access import member_of, requires


@require_POST
@requires(Action.ORGANISE)
def stack_selected(request: HttpRequest) -> HttpResponse:
    """Join the selected clips, or split each of them off its stack."""
    member, back = member_of(request), came_from(request, reverse("gallery"))
    try:
        ids = named_ids(member, request.POST)
    except ValidationFailed as refused:
        return go(request, back, Toast(str(refused), "warning"))
    rows = visible_jobs(member).live().filter(public_id__in=ids)
    if not ids or not rows.exists():
        return go(request, back, Toast(_("Select some clips first."), "warning"))
    back = url_at_clip(member, back, ids[0])
    if request.POST.get("do") == "split":
        moved = split_off(member, rows)
        return go(request, back, _toast(_split_text(moved), moved, at=ids[0], list=back))
    try:
        moved = join(member, rows)
    except ValidationFailed as invalid:
        return go(request, back, Toast(str(invalid), "warning"))
    return go(request, back, _toast(_joined_text(moved), moved, at=ids[0], list=back))


@require_POST
@requires(Action.ORGANISE)
def video_split(request: HttpRequest, public_id: str) -> HttpResponse:
    """Split this clip off its stack; back to its page."""
    job, member = find(request, public_id, Action.ORGANISE), member_of(request)
    moved = split_off(member, visible_jobs(member).live().filter(pk=job.pk))
    toast = _toast(_split_text(moved), moved, clip=public_id, list=came_from(request, ""))
    return go(request, page_in_list(public_id, came_from(request, "")), toast)


@require_POST
@requires(Action.ORGANISE)
def stack_undo(request: HttpRequest, press: str) -> HttpResponse:
    """Take back what one press joined or split; back to where that was."""
    member = member_of(request)
    count = undo_move(member, press)
    if count:
        message = undone_text(count)
    else:
        message = _("Couldn't undo: someone has changed these stacks since.")
    toast = Toast(message, "success" if count else "warning")
    clip, at = (_id(request, name) for name in ("clip", "at"))
    list_url = came_from(request, "" if clip else reverse("gallery"))
    back = page_in_list(clip, list_url) if clip else url_at_clip(member, list_url, at)
    return go(request, back, toast)


def _split_text(moved: Moved) -> str:
    message = ngettext(
        "Split %(count)d clip off its stack.",
        "Split %(count)d clips off their stacks.",
        moved.count,
    )
    return message % {"count": moved.count} if moved.count else _("These clips are in no stack.")


def _joined_text(moved: Moved) -> str:
    if not moved.count:
        return _("These clips are already in one stack.")
    return _("Joined the clips into one stack.")


def _toast(message: str, moved: Moved, **back: str) -> Toast:
    if not moved.count:
        return Toast(message, "info")
    undo = reverse("stack_undo", args=[moved.press])
    return Toast(message, undo_url=f"{undo}?{urlencode(back)}")


def _id(request: HttpRequest, name: str) -> str:
    value = request.GET.get(name, "")
    return value if is_video_id(value) else ""
