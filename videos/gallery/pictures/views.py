"""Which pictures does the team start clips from, where are they used, and how do they change?"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from videos.archive.uploads import library, picture
from videos.gallery.clips.card import for_cards, render_cards
from videos.gallery.composer.catalogue import forget_pictures
from videos.gallery.shell.htmx import Toast, go, page
from videos.gallery.shell.lookup import find
from videos.gallery.shell.numbers import timecode
from videos.jobs.errors import ValidationFailed
from videos.jobs.media.frame import LAST, read_moment
from videos.jobs.media.library import (
    NOT_YOURS,
    add_frame,
    add_picture,
    delete_picture,
    rename_picture,
)
from videos.models import Action, Picture, may, visible_jobs
from videos.models.paging import cut
from videos.team.access import member_of, requires

MAX_SHOWN, MAX_CLIPS = 200, 48


@require_http_methods(["GET", "HEAD", "POST"])
def picture_list(request: HttpRequest) -> HttpResponseBase:
    """All pictures, the newest first. POST adds one."""
    if request.method == "POST":
        return _upload(request)
    return page(request, "pictures/page.html", _listed(request))


@requires(Action.GENERATE)
def _upload(request: HttpRequest) -> HttpResponse:
    name, file = request.POST.get("name", ""), request.FILES.get("file")
    try:
        if (png := picture.read(file, None)) is None:
            raise ValidationFailed({"file": _("Choose a picture.")})
        # A name of its own is asked for later; the file's is better than none.
        row = add_picture(member_of(request), name or _stem((file.name if file else "") or ""), png)
    except picture.Unusable as unusable:
        errors = {"file": str(unusable)}
        return page(request, "pictures/page.html", _listed(request, name, errors), 422)
    except ValidationFailed as invalid:
        return page(request, "pictures/page.html", _listed(request, name, invalid.errors), 422)
    forget_pictures()
    return go(request, reverse("picture_list"), Toast(_("Added “%(name)s”.") % {"name": row.name}))


@require_safe
def picture_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One picture, and the newest clips that were made with it."""
    member, row = member_of(request), _find(pk)
    used = visible_jobs(member).live().filter(pk__in=row.uses.values("job"))
    clips = cut(for_cards(used).order_by("-id"), MAX_CLIPS)
    source = row.source if row.source and not row.source.is_trashed else None
    context = {
        "picture": row,
        "cards": render_cards(clips.rows, member),
        "is_cut": clips.has_more,
        "source_url": source.get_absolute_url() if source else "",
        "source_at": timecode(row.at) if row.at is not None else "",
        "may_change": may(member, Action.CHANGE, row),
        "may_generate": may(member, Action.GENERATE),
    }
    return page(request, "pictures/detail.html", context)


@require_safe
def picture_image(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture, small."""
    png = library.stored_bytes(get_object_or_404(Picture, pk=pk).path)
    if png is None:
        raise Http404("The picture is no longer stored.")
    try:
        small = picture.small(png)
    except ValueError as error:
        raise Http404("The picture is damaged.") from error
    except picture.Unusable as busy:
        return HttpResponse(str(busy), status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(small, content_type="image/webp")
    # A row never gets another picture.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@require_POST
@requires(Action.CHANGE)
def picture_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a picture, or delete it with a way back in the toast."""
    row, member = _own(request, _find(pk)), member_of(request)
    if request.POST.get("do") == "delete":
        delete_picture(member, row)
        forget_pictures()
        text = _("Deleted “%(name)s”. Clips that were made with it keep it.") % {"name": row.name}
        undo_url = reverse("picture_restore", args=[pk])
        return go(request, reverse("picture_list"), Toast(text, undo_url=undo_url))
    back = reverse("picture_detail", args=[pk])
    try:
        rename_picture(member, row, request.POST.get("name", ""))
    except ValidationFailed as invalid:
        return go(request, back, Toast(str(invalid), "warning"))
    forget_pictures()
    return go(request, back, Toast(_("Renamed.")))


@require_POST
@requires(Action.CHANGE)
def picture_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a deleted picture back."""
    row = _own(request, get_object_or_404(Picture.objects.deleted(), pk=pk))
    delete_picture(member_of(request), row, deleted=False)
    forget_pictures()
    return go(request, reverse("picture_list"), Toast(_("Restored.")))


@require_POST
@requires(Action.GENERATE)
def video_picture(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep a frame of a clip in the library."""
    job = find(request, public_id, Action.GENERATE)
    try:
        moment = read_moment(request.POST.get("frame", LAST))
        at = _("last frame") if moment is None else timecode(moment)
        name = request.POST.get("name") or f"{' '.join(job.prompt.split())[:60]} · {at}"
        row = add_frame(member_of(request), name, job, moment)
    except ValidationFailed as invalid:
        return go(request, job.get_absolute_url(), Toast(str(invalid), "warning"))
    forget_pictures()
    return go(request, reverse("picture_detail", args=[row.pk]), Toast(_("Added to the library.")))


def _listed(
    request: HttpRequest, name: str = "", errors: dict[str, str] | None = None
) -> dict[str, Any]:
    pictures = cut(Picture.objects.live().with_counts().select_related("maker"), MAX_SHOWN)
    return {
        "pictures": pictures.rows,
        "is_cut": pictures.has_more,
        "may_generate": may(member_of(request), Action.GENERATE),
        "name": name,
        "errors": list((errors or {}).values()),
    }


def _find(pk: int) -> Picture:
    rows = Picture.objects.live().select_related("maker", "source")
    if (row := rows.filter(pk=pk).first()) is None:
        raise Http404("Picture not found.")
    return row


def _own(request: HttpRequest, row: Picture) -> Picture:
    if not may(member_of(request), Action.CHANGE, row):
        raise PermissionDenied(str(NOT_YOURS))
    return row


def _stem(name: str) -> str:
    """A file's name without its ending, as far as a name of a picture may be long."""
    return name.rpartition(".")[0][:80] or name[:80]
