"""How does a row look to a script? Strictly: four statuses, every field, the right types."""

from datetime import datetime

from django.http import HttpResponse

from videos import wire
from videos.gateway.responses import json_answer
from videos.models import Character, JobStatus, Operation, VideoJob
from videos.models.measures import measures_of, shown_seconds, shown_size

STATUSES = {
    # Nobody outside needs to know how a job reaches its provider.
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
    came, once it is measured."""
    done = job.status == JobStatus.COMPLETED
    came = measures_of(job)
    return wire.Video(
        id=job.public_id,
        model=job.model,
        status=STATUSES[JobStatus(job.status)],
        progress=job.progress,
        created_at=_seconds(job.created_at),
        completed_at=_seconds(job.finished_at) if done and job.finished_at else None,
        # What is archived here does not go when the provider's copy does.
        expires_at=_seconds(job.expires_at) if job.expires_at and not job.archived_at else None,
        prompt=job.prompt,
        size=shown_size(job.size, came),
        # Clients read a whole number.
        seconds=_whole(shown_seconds(job.seconds, came)),
        remixed_from_video_id=_remixed_from(job),
        error=_error(job),
    )


def video_answer(job: VideoJob) -> HttpResponse:
    """One video job. Unfinished, it says when to ask again, as the official clients expect."""
    waiting = {} if job.is_finished else {"openai-poll-after-ms": POLL_AFTER_MS}
    return json_answer(video_of(job), headers=waiting)


def character_answer(character: Character) -> HttpResponse:
    """One character. It may be named at once: a clip that names it waits until it is made."""
    made = _seconds(character.created_at)
    return json_answer(wire.Character(id=character.public_id, created_at=made, name=character.name))


def _remixed_from(job: VideoJob) -> str | None:
    """Of remixes alone: an edit or an extension carries no such id."""
    is_remix = job.operation == Operation.REMIX
    return job.source.public_id if is_remix and job.source else None


def _error(job: VideoJob) -> wire.VideoError | None:
    if job.status == JobStatus.FAILED:
        message = job.error_message or "The provider did not make this clip."
        return wire.VideoError(code=job.error_code or "generation_failed", message=message)
    if job.status == JobStatus.CANCELLED:
        message = job.error_message or "The job was cancelled."
        return wire.VideoError(code=job.error_code or "cancelled", message=message)
    return None


def _whole(seconds: str) -> str:
    return str(max(1, round(float(seconds)))) if "." in seconds else seconds


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
