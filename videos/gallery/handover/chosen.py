"""Which clips does a form or an address name?"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.archive.headers import slug
from videos.gallery.shell.bulk import chosen_ids
from videos.jobs.errors import ValidationFailed
from videos.models import Collection, VideoJobQuerySet, visible_jobs
from videos.sharing.files import MAX_CLIPS, Clip, clips_of
from videos.team.access import member_of


@dataclass(frozen=True)
class Chosen:
    """The clips, and what they are called together. `not_found` are ids that name no clip that
    the member may see outside the trash."""

    title: str
    clips: list[Clip]
    not_found: list[str]

    @property
    def stem(self) -> str:
        """The name of a file that holds all of them, without its ending."""
        return f"{slug(self.title) or 'clips'}-{timezone.localdate():%Y-%m-%d}"


def chosen_clips(request: HttpRequest) -> Chosen:
    """The clips of `ids` in their order, or of `collection`. Raises ValidationFailed, Http404."""
    sent = request.POST if request.method == "POST" else request.GET
    rows = visible_jobs(member_of(request)).live()
    if sent.get("collection"):
        return _of_collection(sent, rows)
    if len(sent.getlist("ids")) > MAX_CLIPS:
        raise _too_many()
    ids = chosen_ids(sent)
    clips = clips_of(rows.filter(public_id__in=ids), ids)
    if not clips:
        raise ValidationFailed({"": _("Select some clips first.")})
    found = {clip.job.public_id for clip in clips}
    title = _("Selected clips")
    return Chosen(title, clips, [each for each in ids if each not in found])


def _of_collection(sent: QueryDict, rows: VideoJobQuerySet) -> Chosen:
    collection = Collection.objects.filter(slug=sent["collection"]).first()
    if collection is None:
        raise Http404("There is no such collection.")
    rows = rows.filter(collection_items__collection=collection)
    order = ("collection_items__position", "collection_items__id")
    clips = clips_of(rows.order_by(*order)[: MAX_CLIPS + 1])
    if len(clips) > MAX_CLIPS:
        raise _too_many()
    if not clips:
        raise ValidationFailed({"": _("This collection is empty.")})
    return Chosen(collection.name, clips, [])


def _too_many() -> ValidationFailed:
    words = ngettext(
        "Choose at most %(count)d clip at a time.",
        "Choose at most %(count)d clips at a time.",
        MAX_CLIPS,
    )
    return ValidationFailed({"": words % {"count": MAX_CLIPS}})
