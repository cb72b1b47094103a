"""Which clips does this one come from, which come from it, and which were made beside it?"""

from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse

from videos.gallery.cards import asset_url, shorten
from videos.models import JobStatus, Kind, VideoJob

MAX_KIN = 24


@dataclass(frozen=True)
class Kin:
    """A related clip, as a line with its picture."""

    url: str
    poster_url: str
    name: str
    status_text: str


@dataclass(frozen=True)
class Lineage:
    """The clip it was remixed from, if it was, the latest remixes of it, and its other takes."""

    parent: Kin | None
    remixes: list[Kin]
    takes: list[Kin]


def lineage_of(job: VideoJob) -> Lineage:
    """One query, and one more for a clip with other takes; what lies in the trash is left out."""
    kin = (
        Q(remix_of_id=job.pk) | Q(pk=job.remix_of_id) if job.remix_of_id else Q(remix_of_id=job.pk)
    )
    parent, remixes = None, []
    for row in _lines(kin).order_by("-id")[: MAX_KIN + 1]:
        if row.remix_of_id == job.pk:
            remixes.append(_kin(row))
        else:
            parent = _kin(row)
    return Lineage(parent, remixes[:MAX_KIN], _other_takes(job))


def _other_takes(job: VideoJob) -> list[Kin]:
    if job.takes == 1:
        return []
    press = Q(maker_id=job.maker_id, submission_key=job.submission_key) & ~Q(pk=job.pk)
    return [_kin(row, f"Take {row.take}") for row in _lines(press).order_by("take")]


def _lines(kin: Q) -> QuerySet[VideoJob]:
    poster = FilteredRelation("assets", condition=Q(assets__kind=Kind.THUMBNAIL))
    rows = VideoJob.objects.filter(kin, trashed_at=None).annotate(poster=poster)
    return rows.annotate(poster_sha=F("poster__sha256")).only(
        "public_id", "prompt", "status", "take", "remix_of_id"
    )


def _kin(row: VideoJob, name: str = "") -> Kin:
    return Kin(
        url=reverse("video_detail", args=[row.public_id]),
        poster_url=asset_url(row.public_id, Kind.THUMBNAIL, getattr(row, "poster_sha", None)),
        name=name or shorten(row.prompt),
        status_text=JobStatus(row.status).label,
    )
