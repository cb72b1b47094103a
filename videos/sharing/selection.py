"""Which clips are to be exported or downloaded?"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.archive.headers import slug
from videos.jobs.errors import ValidationFailed
from videos.models import (
    Action,
    Collection,
    Member,
    VideoJobQuerySet,
    allowed_rows,
    may,
    visible_jobs,
)
from videos.models.ids import is_video_id
from videos.sharing.files import MAX_CLIPS, Clip, clips_of


class NoCollection(Exception):
    """No collection has this slug."""


@dataclass(frozen=True)
class Selection:
    """The clips, and what they are called together. `not_found` are ids that name no clip that
    the member may see outside the trash."""

    title: str
    clips: list[Clip]
    not_found: list[str]

    @property
    def public_ids(self) -> list[str]:
        """The ids of the clips."""
        return [clip.job.public_id for clip in self.clips]

    @property
    def stem(self) -> str:
        """The name of a file that holds all of them, without its ending."""
        return f"{slug(self.title) or 'clips'}-{timezone.localdate():%Y-%m-%d}"


def select(member: Member, ids: Sequence[str], collection: str = "") -> Selection:
    """Those of the clips of `ids`, in their order, or of the collection with this slug that
    `member` may export; without prices where these aren't for `member`.

    Raises ValidationFailed, NoCollection.
    """
    rows = allowed_rows(member, Action.EXPORT, visible_jobs(member).live())
    if collection:
        return _of_collection(member, collection, rows)
    if len(ids) > MAX_CLIPS:
        raise _too_many()
    valid_ids = list(dict.fromkeys(each for each in ids if is_video_id(each)))
    clips = _priced(member, clips_of(rows.filter(public_id__in=valid_ids), valid_ids))
    if not clips:
        raise ValidationFailed({"": _("Select some clips first.")})
    visible = {clip.job.public_id for clip in clips}
    return Selection(
        _("Selected clips"), clips, [each for each in valid_ids if each not in visible]
    )


def _of_collection(member: Member, slug: str, rows: VideoJobQuerySet) -> Selection:
    rows_of_slug = Collection.objects.live().filter(slug=slug)
    collection = rows_of_slug.first() if "\0" not in slug else None
    if collection is None:
        raise NoCollection
    rows = rows.filter(collection_items__collection=collection)
    order = ("collection_items__position", "collection_items__id")
    clips = clips_of(rows.order_by(*order)[: MAX_CLIPS + 1])
    if len(clips) > MAX_CLIPS:
        raise _too_many()
    if not clips:
        raise ValidationFailed({"": _("This collection is empty.")})
    return Selection(collection.name, _priced(member, clips), [])


def _priced(member: Member, clips: list[Clip]) -> list[Clip]:
    for clip in clips:
        if not may(member, Action.SEE_PRICES, clip.job):
            clip.job.price = None
    return clips


def _too_many() -> ValidationFailed:
    message = ngettext(
        "Choose at most %(count)d clip at a time.",
        "Choose at most %(count)d clips at a time.",
        MAX_CLIPS,
    )
    return ValidationFailed({"": message % {"count": MAX_CLIPS}})
