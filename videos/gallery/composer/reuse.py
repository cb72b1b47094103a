"""Which settings does the composer take from an earlier clip?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.archive.uploads import references
from videos.gallery.shell.dates import shorten
from videos.jobs.media.frame import takes_first_frame
from videos.jobs.submission.pictures import MorePicture, field_of
from videos.jobs.submission.retry import catalogue_model_of, project_of, typed_extra
from videos.models import CatalogueModel, JobPicture, Member, PictureRole, VideoJob, visible_jobs
from videos.models.ids import is_video_id

MODEL_GONE = gettext_noop("Its model isn't offered any more. Choose another.")
MODEL_REPLACED = gettext_noop("Its model isn't offered any more, so %(other)s is chosen.")
MODEL_TAKES_NO_FRAME = gettext_noop(
    "%(model)s doesn't support a first frame, so %(other)s is chosen."
)
SIZE_GONE = gettext_noop("%(model)s doesn't offer its size, %(size)s. Choose another.")
SECONDS_GONE = gettext_noop("%(model)s doesn't offer its length, %(seconds)s s. Choose another.")
REFERENCE_GONE = gettext_noop(
    "Its reference image is no longer kept here. Choose it again if you need it."
)


@dataclass(frozen=True)
class Shot:
    """The frame of the clip that a new one starts from. `value` goes back with the form."""

    value: str
    url: str
    text: str


@dataclass(frozen=True)
class Note:
    """The comment that a new take answers, as the composer shows it."""

    pk: int
    url: str
    author: str
    text: str
    time_text: str


@dataclass(frozen=True)
class Source:
    """The clip whose settings are used again, as the composer names it."""

    public_id: str
    url: str
    prompt_short: str
    # Empty where it had no picture, or where that is gone.
    reference_url: str
    # What of it can't be had again, in words.
    notes: list[str] = field(default_factory=list)
    # One of its frames, and the comment on it that is to be answered; see `start.py`.
    shot: Shot | None = None
    note: Note | None = None


def clip_to_reuse(member: Member, public_id: str) -> VideoJob | None:
    """The clip of this id, also one in the trash; None where there is none, or in an open vote."""
    if not is_video_id(public_id):
        return None
    rows = visible_jobs(member).with_names().select_related("provider")
    return rows.filter(public_id=public_id).first()


def model_for(
    job: VideoJob, models: list[CatalogueModel], *, from_frame: bool
) -> CatalogueModel | None:
    """The model that made `job`, if it is one of `models`. Where a clip is to start from a frame
    and that one takes none: one that does, if possible of the same provider and with its size and
    length."""
    own = catalogue_model_of(job, models)
    if not from_frame or (own is not None and takes_first_frame(own)):
        return own

    def misfit(model: CatalogueModel) -> tuple[bool, bool, bool]:
        is_elsewhere = model.provider_id != job.provider_id
        return is_elsewhere, not model.takes_size(job.size), not model.takes_seconds(job.seconds)

    return min(filter(takes_first_frame, models), key=misfit, default=own)


def settings_of(
    job: VideoJob, models: list[CatalogueModel], *, from_frame: bool = False
) -> dict[str, str]:
    """The composer's choices as they were for `job`; empty where they can't be had any more."""
    model = model_for(job, models, from_frame=from_frame)
    if model is None:
        return {"model": "", "size": job.size}
    chosen = {"model": model.slug, "fit": "pad" if job.padded else "crop"}
    chosen["project"] = project_of(job)
    chosen |= choice("size", job.size, model.sizes, free=model.takes_size(job.size))
    chosen |= choice("seconds", job.seconds, model.seconds, free=model.takes_seconds(job.seconds))
    if (model.provider_id, model.model) != (job.provider_id, job.model):
        # What else was set belongs to the other model.
        return chosen
    chosen |= _pictures(job)
    return chosen | typed_extra(job) | {"characters": next(iter(job.characters), "")}


def _pictures(job: VideoJob) -> dict[str, str]:
    """The library's pictures beside the first frame, as the form's fields."""
    rows = JobPicture.objects.filter(job=job, picture__deleted_at=None, picture__isnull=False)
    pictures = (
        (MorePicture(PictureRole(row.role), place=row.place), row.picture_id)
        for row in rows.exclude(role=PictureRole.FIRST)
    )
    return {field_of(more): str(picture) for more, picture in pictures}


def source_of(
    job: VideoJob,
    models: list[CatalogueModel],
    chosen: Mapping[str, str],
    shot: Shot | None = None,
    note: Note | None = None,
) -> Source:
    """What the composer says about the clip that `chosen` comes from."""
    notes = _changes(job, models, chosen, from_frame=shot is not None)
    is_kept = references.is_kept(job.reference)
    if job.reference and not is_kept:
        notes.append(_(REFERENCE_GONE))
    return Source(
        public_id=job.public_id,
        url=job.get_absolute_url(),
        prompt_short=shorten(job.prompt, 60),
        reference_url=reverse("video_reference", args=[job.public_id]) if is_kept else "",
        notes=notes,
        shot=shot,
        note=note,
    )


def _changes(
    job: VideoJob, models: list[CatalogueModel], chosen: Mapping[str, str], *, from_frame: bool
) -> list[str]:
    """What of the settings can't be had, in words."""
    own, model = catalogue_model_of(job, models), model_for(job, models, from_frame=from_frame)
    if model is None:
        return [_(MODEL_GONE)]
    notes = []
    if own is None:
        notes.append(_(MODEL_REPLACED) % {"other": model.label})
    elif own != model:
        notes.append(_(MODEL_TAKES_NO_FRAME) % {"model": own.label, "other": model.label})
    if not chosen.get("size"):
        size = job.size.replace("x", "×")
        notes.append(_(SIZE_GONE) % {"model": model.label, "size": size})
    if not chosen.get("seconds"):
        notes.append(_(SECONDS_GONE) % {"model": model.label, "seconds": job.seconds})
    return notes


def choice(name: str, value: str, offered: list[str], *, free: bool) -> dict[str, str]:
    """Among the list, typed by hand where the model takes that, or left to be chosen."""
    if value in offered:
        return {name: value}
    if free:
        return {f"own_{name}": value} | ({name: offered[0]} if offered else {})
    return {name: ""}
