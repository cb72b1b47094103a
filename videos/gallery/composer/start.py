"""What does the composer start with: an earlier clip, one of its frames, a comment on it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.gallery.composer.reuse import Note, Shot, clip_to_reuse
from videos.gallery.shell.numbers import timecode
from videos.jobs.errors import ValidationFailed
from videos.jobs.media.frame import (
    LAST,
    outside_clip,
    read_moment,
    takes_first_frame,
    why_no_frame,
)
from videos.jobs.submission.retry import catalogue_model_of
from videos.models import CatalogueModel, Comment, Member, VideoJob
from videos.review.notes import note_for_take

NOTE_GONE = gettext_lazy("That comment was removed, or its clip is in the trash.")


@dataclass(frozen=True)
class Start:
    """The clip whose settings are used again. `moment` is the frame's, and None is the last one."""

    job: VideoJob
    has_frame: bool = False
    moment: Decimal | None = None
    note: Comment | None = None

    @property
    def shot(self) -> Shot | None:
        """The frame, in words and as a picture."""
        if not self.has_frame:
            return None
        value = LAST if self.moment is None else f"{self.moment}"
        url = reverse("video_frame", args=[self.job.public_id])
        text = _("Last frame")
        if self.moment is not None:
            text = _("Frame at %(time)s") % {"time": timecode(self.moment)}
        return Shot(value, f"{url}?{urlencode({'at': value})}", text)

    @property
    def shown_note(self) -> Note | None:
        """The comment, as the composer shows it."""
        note = self.note
        if note is None:
            return None
        return Note(
            pk=note.pk,
            url=f"{self.job.get_absolute_url()}#comment-{note.pk}",
            author=str(note.maker or note.guest),
            text=note.text,
            time_text="" if note.start is None else timecode(note.start),
        )


def start_of(member: Member, query: Mapping[str, str]) -> Start | None:
    """What `?note=`, or `?reuse=` and `?frame=`, or a form's fields of these names, ask for; None
    where they ask for nothing. Raises ValidationFailed."""
    if note_id := query.get("note", ""):
        note = note_for_take(member, note_id)
        if note is None:
            raise ValidationFailed({"": str(NOTE_GONE)})
        return _with_frame(note.job, query.get("frame"), note)
    job = clip_to_reuse(member, query.get("reuse", ""))
    return _with_frame(job, query.get("frame")) if job else None


def opening(member: Member, query: Mapping[str, str]) -> tuple[Start | None, str]:
    """The same for a page that only opens the composer: with what is wrong, in words."""
    try:
        return start_of(member, query), ""
    except ValidationFailed as invalid:
        job = clip_to_reuse(member, query.get("reuse", ""))
        return (Start(job) if job else None), str(invalid)


def _with_frame(job: VideoJob, frame: str | None, note: Comment | None = None) -> Start:
    if frame:
        moment = read_moment(frame)
        if reason := why_no_frame(job) or outside_clip(job, moment):
            raise ValidationFailed({"reference": reason})
        return Start(job, True, moment, note)
    if note is not None and note.start is not None and frame is None and _repeats_with_frame(job):
        return Start(job, True, note.start, note)
    return Start(job, note=note)


def _repeats_with_frame(job: VideoJob) -> bool:
    """Return True if the clip's own model can start from one of its frames: a new take for a
    comment is made with the same model."""
    model = catalogue_model_of(job, CatalogueModel.objects.usable().filter(model=job.model))
    return job.archived_at is not None and model is not None and takes_first_frame(model)
