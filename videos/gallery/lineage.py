"""Which clips does this one come from, and which come from it?"""

from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q
from django.urls import reverse

from videos.gallery.cards import asset_url, shorten
from videos.models import JobStatus, Kind, VideoJob

MAX_KIN = 24


@dataclass(frozen=True)
class Kin:
    """A related clip, as a line with its picture."""

    url: str
    poster_url: str
    prompt_short: str
    status_text: str


@dataclass(frozen=True)
class Lineage:
    """The clip it was remixed from, if it was, and the latest remixes of it."""

    parent: Kin | None
    remixes: list[Kin]


def lineage_of(job: VideoJob) -> Lineage:
    """One query; what lies in the trash is left out."""
    kin = (
        Q(remix_of_id=job.pk) | Q(pk=job.remix_of_id) if job.remix_of_id else Q(remix_of_id=job.pk)
    )
    poster = FilteredRelation("assets", condition=Q(assets__kind=Kind.THUMBNAIL))
    rows = (
        VideoJob.objects.filter(kin, trashed_at=None)
        .annotate(poster=poster)
        .annotate(poster_sha=F("poster__sha256"))
        .order_by("-id")
        .only("public_id", "prompt", "status", "remix_of_id")[: MAX_KIN + 1]
    )
    parent, remixes = None, []
    for row in rows:
        if row.remix_of_id == job.pk:
            remixes.append(_kin(row))
        else:
            parent = _kin(row)
    return Lineage(parent, remixes[:MAX_KIN])


def _kin(row: VideoJob) -> Kin:
    return Kin(
        url=reverse("video_detail", args=[row.public_id]),
        poster_url=asset_url(row.public_id, Kind.THUMBNAIL, getattr(row, "poster_sha", None)),
        prompt_short=shorten(row.prompt),
        status_text=JobStatus(row.status).label,
    )
