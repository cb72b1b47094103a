"""Which pictures and characters were clips made with, as a comparison names them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.urls import reverse
from django.utils.translation import gettext as _

from videos.archive.uploads import references
from videos.gallery.shell.dates import shorten
from videos.gallery.shell.numbers import timecode
from videos.models import (
    Character,
    FrameReference,
    JobPicture,
    Member,
    Picture,
    PictureRole,
    VideoJob,
    visible_jobs,
)

NAME_LENGTH = 40
NO_VALUE = "–"

# (Role, place) of a picture of a clip.
Spot = tuple[str, int]
FIRST: Spot = (PictureRole.FIRST.value, 0)


@dataclass(frozen=True)
class Value:
    """What a comparison shows of one clip. `key` is the same for the same picture only; `url` is
    that of a small picture, if there is one."""

    text: str
    key: str = ""
    url: str = ""


def pictures_of(jobs: Sequence[VideoJob], member: Member) -> dict[int, dict[Spot, Value]]:
    """Primary key → the pictures that each clip was made with. Three queries at most."""
    pictures: dict[int, dict[Spot, Value]] = {job.pk: {} for job in jobs}
    for job in jobs:
        if job.reference:
            url = reverse("video_reference", args=[job.public_id])
            pictures[job.pk][FIRST] = _upload(job.reference, url)
    uses = JobPicture.objects.filter(job__in=jobs).select_related("picture")
    for use in uses:
        value = _library(use.picture) if use.picture else _upload(use.path)
        pictures[use.job_id][use.role, use.place] = value
    frames = FrameReference.objects.filter(job__in=jobs, source__isnull=False)
    frames = frames.filter(source__in=visible_jobs(member)).select_related("source")
    for frame in frames:
        spot = (frame.role, frame.place)
        url = pictures[frame.job_id][spot].url if spot in pictures[frame.job_id] else ""
        pictures[frame.job_id][spot] = _frame(frame, url)
    return pictures


def characters_of(jobs: Sequence[VideoJob]) -> dict[int, Value]:
    """Primary key → the names of the clip's characters. One query, and none without characters."""
    wanted = {public_id for job in jobs for public_id in job.characters}
    rows = Character.objects.filter(public_id__in=wanted) if wanted else Character.objects.none()
    names = dict(rows.values_list("public_id", "name"))
    return {
        job.pk: Value(
            ", ".join(names.get(each, each) for each in job.characters) or NO_VALUE,
            ",".join(job.characters),
        )
        for job in jobs
    }


def place_of(spot: Spot) -> tuple[int, int]:
    """Where the row of this picture stands."""
    return PictureRole.values.index(spot[0]), spot[1]


def spot_label(spot: Spot) -> str:
    """`First frame`, `Reference 2`."""
    role, place = spot
    label = str(PictureRole(role).label)
    return f"{label} {place + 1}" if role == PictureRole.GUIDE else label


def _frame(frame: FrameReference, url: str) -> Value:
    text = _("Frame of “%(name)s” at %(time)s")
    source = frame.source
    name = shorten(source.prompt, NAME_LENGTH) if source else ""
    values = {"name": name, "time": timecode(frame.at)}
    return Value(text % values, f"frame:{frame.source_id}:{frame.at}", url)


def _library(picture: Picture) -> Value:
    url = reverse("picture_image", args=[picture.pk])
    return Value(picture.name, f"picture:{picture.pk}", url)


def _upload(path: str, url: str = "") -> Value:
    """A picture that came with the clip alone: the same bytes are the same picture."""
    png = references.stored_bytes(path)
    if png is None:
        return Value(_("No longer stored"), f"gone:{path}")
    return Value(_("Upload"), f"upload:{sha256(png).hexdigest()}", url)
