"""What is told of one job on its own page?"""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from videos.archive.uploads import references
from videos.gallery.clips.card import Card, asset_state, card_of, is_pending
from videos.gallery.clips.thumbnails import Pictures, asset_url
from videos.gallery.composer.forms import dollars, size_label
from videos.gallery.shell.dates import moment, time_tag
from videos.jobs.characters.select import names_of
from videos.jobs.sanitize import NO_REASON
from videos.jobs.submission.extra_fields import extra_texts
from videos.models import Asset, Condition, JobEvent, JobStatus, Kind, VideoJob
from videos.models.measures import (
    Measures,
    seconds_differ,
    shown_seconds,
    shown_size,
    size_differs,
)
from videos.wire import parse_size

# The copy from the provider plays only where ours is late: a player that changes its source
# under the viewer starts again.
COPY_IS_LATE = timedelta(seconds=30)
STATUS_TEXTS = {
    JobStatus.SUBMITTING: "Queued here",
    JobStatus.UNSURE: "Unsure whether it was sent",
    JobStatus.QUEUED: "Queued at the provider",
}


FILE_COLUMNS = (
    "kind",
    "sha256",
    "width",
    "height",
    "seconds",
    "frame_rate",
    "codec",
    "container",
    "has_audio",
    "condition",
)


@dataclass(frozen=True)
class Happening:
    """One line of the history."""

    when_iso: str
    when_text: str
    from_text: str
    to_text: str
    who: str
    why: str


@dataclass(frozen=True)
class Detail(Card):
    """One clip as its own page shows it."""

    fields: list[tuple[str, str]]
    history: list[Happening]
    raw: str
    reference_url: str
    reference_text: str
    expires_text: str
    video_url: str
    download_url: str
    # In frames a second, as text; empty where it was not measured.
    frame_rate: str
    is_silent: bool
    # The clip was here once, and is missing or not whole now.
    is_damaged: bool
    # It was kept as it came, although it could not be found whole.
    is_in_doubt: bool
    # It failed, and none of the places where servers say why says anything.
    has_no_reason: bool


def detail_of(job: VideoJob) -> Detail:
    """Everything about a job that `lookup.find` fetched. Two queries: its files, its history."""
    rows = Asset.objects.filter(job=job).only(*FILE_COLUMNS)
    files = {asset.kind: asset for asset in rows}
    poster, sheet = files.get(Kind.THUMBNAIL), files.get(Kind.SPRITESHEET)
    pictures = Pictures(
        poster=poster.sha256 if poster else None,
        width=poster.width if poster else None,
        height=poster.height if poster else None,
        sheet=sheet.sha256 if sheet else None,
    )
    video = files.get(Kind.VIDEO)
    came = Measures(video.width, video.height, video.seconds) if video else Measures()
    return Detail(
        **vars(card_of(job, pictures, came)),
        fields=_fields(job, came, video),
        history=_history(job),
        raw=json.dumps(job.remote, indent=2, ensure_ascii=False) if job.remote else "",
        reference_url=_reference_url(job),
        reference_text=_reference_text(job),
        expires_text=moment(job.expires_at) if job.expires_at else "",
        video_url=_video_url(job, video.sha256 if video else ""),
        download_url=_download_url(job),
        frame_rate=str(video.frame_rate) if video and video.frame_rate else "",
        is_silent=video is not None and video.has_audio is False,
        is_damaged=job.archived_at is None and video is not None,
        is_in_doubt=video is not None and video.condition != Condition.WHOLE,
        has_no_reason=bool(job.remote) and job.error_message == NO_REASON,
    )


def shows_player(job: VideoJob) -> bool:
    """Is there something to play just now?"""
    return bool(_video_url(job))


def _video_url(job: VideoJob, sha256: str = "") -> str:
    if asset_state(job) in ("", "lost"):
        return ""
    door = reverse("video_content", args=[job.public_id])
    if job.archived_at is not None:
        return asset_url(job.public_id, Kind.VIDEO, sha256) or door
    late = job.attempts or job.attention or not is_pending(job)
    finished = job.finished_at or timezone.now()
    return door if late or timezone.now() - finished > COPY_IS_LATE else ""


def _download_url(job: VideoJob) -> str:
    if asset_state(job) in ("", "lost"):
        return ""
    return reverse("video_content", args=[job.public_id]) + "?download=1"


def _reference_url(job: VideoJob) -> str:
    kept = references.is_kept(job.reference)
    return reverse("video_reference", args=[job.public_id]) if kept else ""


def _reference_text(job: VideoJob) -> str:
    if not job.reference:
        return ""
    if parse_size(job.size) is None:
        # A size in words says no pixels to fit a picture into.
        return "As it was"
    return "Padded with black" if job.padded else "Cropped to fill"


def _fields(job: VideoJob, came: Measures, video: Asset | None) -> list[tuple[str, str]]:
    price = "" if job.price is None else dollars(job.price) if job.price else "Free"
    told = [
        ("Made by", str(job.maker)),
        ("Provider", job.provider.name),
        ("Model", job.model or "The provider's own"),
        ("Size", size_label(shown_size(job.size, came))),
        ("Seconds", _length(job, came)),
        ("Difference", _difference(job, came)),
        ("File", _file(video) if video else ""),
        ("Price", f"{price}, for the seconds added" if job.price and job.added_seconds else price),
        ("Character", names_of(job)),
        *extra_texts(job),
        ("Take", f"{job.take} of {job.takes}" if job.takes > 1 else ""),
        ("Status", _status(job.status)),
        ("The provider says", job.remote_status),
        ("Error code", job.error_code),
        ("Created", time_tag(job.created_at)),
        ("Finished", time_tag(job.finished_at) if job.finished_at else ""),
        ("Archived", time_tag(job.archived_at) if job.archived_at else ""),
        ("Expires at the provider", time_tag(job.expires_at) if job.expires_at else ""),
        ("Id", job.public_id),
        ("Id at the provider", job.remote_id),
    ]
    return [(label, value) for label, value in told if value]


def _length(job: VideoJob, came: Measures) -> str:
    seconds = shown_seconds(job.seconds, came)
    return f"{seconds}, the last {job.added_seconds} added" if job.added_seconds else seconds


def _difference(job: VideoJob, came: Measures) -> str:
    """`Asked 1280×720 for 4 s, got 640×360 for 4.2 s`; empty where they are the same."""
    differs = size_differs(job.size, came), seconds_differ(job.seconds, came)
    if not any(differs):
        return ""
    seconds = f"{came.seconds:.1f}".removesuffix(".0") if came.seconds else "?"
    asked = f"{job.size.replace('x', '×')} for {job.seconds} s"
    return f"Asked {asked}, got {came.size.replace('x', '×')} for {seconds} s"


def _file(video: Asset) -> str:
    """`WEBM · vp9 · 24 frames a second · with sound`, as far as it was measured."""
    rate = f"{video.frame_rate:.4g} frames a second" if video.frame_rate else ""
    sound = "" if video.has_audio is None else "with sound" if video.has_audio else "no sound"
    return " · ".join(filter(None, (video.container.upper(), video.codec, rate, sound)))


def _status(word: str) -> str:
    if not word:
        return ""
    status = JobStatus(word)
    return STATUS_TEXTS.get(status, status.label)


def _history(job: VideoJob) -> list[Happening]:
    events = JobEvent.objects.filter(job=job).values_list(
        "at", "from_status", "to_status", "why", "who__name", "who__username"
    )
    return [
        Happening(
            when_iso=at.isoformat(),
            when_text=moment(at),
            # Where nothing but the files or the place changed, there is no "from".
            from_text=_status(came_from) if came_from != to else "",
            to_text=_status(to),
            who=name or username or "",
            why=why,
        )
        for at, came_from, to, why, name, username in events
    ]
