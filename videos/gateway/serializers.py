"""How does a row look to a script? Strictly: four statuses, every field, the right types."""

from datetime import datetime

from django.http import HttpResponse

from videos import wire
from videos.gateway.responses import json_answer
from videos.models import (
    HIDDEN_WORD,
    Character,
    JobStatus,
    Operation,
    VideoJob,
    as_shown,
    shown_expiry,
)
from videos.models.measures import Measures, measures_of, shown_seconds, shown_size

STATUSES = {
    # How a job reaches its provider is an internal detail.
    JobStatus.SUBMITTING: wire.Status.QUEUED,
    JobStatus.UNSURE: wire.Status.QUEUED,
    JobStatus.QUEUED: wire.Status.QUEUED,
    JobStatus.IN_PROGRESS: wire.Status.IN_PROGRESS,
    JobStatus.COMPLETED: wire.Status.COMPLETED,
    JobStatus.FAILED: wire.Status.FAILED,
    JobStatus.CANCELLED: wire.Status.FAILED,
}
POLL_AFTER_MS = "1000"


def video_of(job: VideoJob) -> wire.Video:
    """`job` with `source` loaded, in the API's form. Size and length are those of the clip that
    came, once it is measured. Of a clip in an open vote, the model is `hidden`."""
    measures, seen, expires_at = measures_of(job), as_shown(job, HIDDEN_WORD), shown_expiry(job)
    status = _status(job, measures)
    done = status == wire.Status.COMPLETED
    return wire.Video(
        id=job.public_id,
        model=seen.model,
        status=status,
        progress=min(job.progress, 99) if status == wire.Status.IN_PROGRESS else job.progress,
        created_at=_seconds(job.created_at),
        completed_at=_seconds(job.finished_at) if done and job.finished_at else None,
        # A clip that is archived here stays when the provider's copy goes.
        expires_at=(_seconds(expires_at) if done and expires_at and not job.archived_at else None),
        prompt=job.prompt,
        size=shown_size(job.size, measures),
        # Clients read a whole number.
        seconds=_whole(shown_seconds(job.seconds, measures)),
        remixed_from_video_id=_remixed_from(job),
        error=_error(seen) if status == wire.Status.FAILED else None,
    )


def video_answer(job: VideoJob) -> HttpResponse:
    """One video job. While it is unfinished, a header says when to ask again."""
    video = video_of(job)
    waiting = video.status in (wire.Status.QUEUED, wire.Status.IN_PROGRESS)
    return json_answer(video, headers={"openai-poll-after-ms": POLL_AFTER_MS} if waiting else {})


def character_answer(character: Character) -> HttpResponse:
    """One character. It may be named at once: a clip that names it waits until it is made."""
    created_at = _seconds(character.created_at)
    return json_answer(
        wire.Character(id=character.public_id, created_at=created_at, name=character.name)
    )


def _remixed_from(job: VideoJob) -> str | None:
    """Of remixes alone: an edit or an extension carries no such id."""
    is_remix = job.operation == Operation.REMIX
    return job.source.public_id if is_remix and job.source else None


def _status(job: VideoJob, measures: Measures) -> wire.Status:
    """`completed` only when video, thumbnail and spritesheet can be had: clients download them the
    moment they read it. A clip that was here before stays completed while it is fetched again."""
    if job.is_trashed or job.is_lost:
        return wire.Status.FAILED
    if job.is_arriving and measures.width is None:
        return wire.Status.IN_PROGRESS
    return STATUSES[JobStatus(job.status)]


def _error(job: VideoJob) -> wire.VideoError:
    """Why there is no clip."""
    if job.is_trashed:
        restorable = "This clip was deleted. It can still be restored in the dashboard."
        message = restorable if job.pk else "This clip was deleted permanently."
        return wire.VideoError(code="video_deleted", message=f"{message} Nothing new was made.")
    if job.is_lost:
        message = "The clip expired at the provider before it could be archived."
        return wire.VideoError(code="video_expired", message=message)
    if job.status == JobStatus.CANCELLED:
        message = job.error_message or "The job was cancelled."
        return wire.VideoError(code=job.error_code or "cancelled", message=message)
    message = job.error_message or "The provider did not make this clip."
    return wire.VideoError(code=job.error_code or "generation_failed", message=message)


def _whole(seconds: str) -> str:
    return str(max(1, round(float(seconds)))) if "." in seconds else seconds


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
