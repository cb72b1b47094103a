"""How is a job found again when nobody knows whether the provider took it?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from videos import wire
from videos.jobs.outcome import apply, backoff, plain
from videos.jobs.providers import client_for, dialect_of, note_failure, note_success
from videos.models import JobStatus, VideoJob, transition
from videos.provider.errors import ProviderError

CLOCK_SKEW = timedelta(hours=1)
MAX_SENDS = 3
LOOK_AGAIN = timedelta(seconds=5)
MAX_LOOKED_AT = 500


def accepted(job: VideoJob, remote: wire.RemoteVideo, *, why: str) -> None:
    """The provider has it: take over what it says, under an id that is nobody else's."""
    try:
        apply(job, remote, why=why)
    except IntegrityError:
        if job.status == JobStatus.UNSURE:
            # A twin with the same prompt was faster to adopt it. Ours may be another.
            job.write_back(due_at=_look_again_at(job))
        else:
            # The server gave an id that another of our jobs has: the answer proves nothing.
            unsure(job, f"The provider answered with another job's id ({plain(remote.id)[:80]})")


def unsure(job: VideoJob, why: str) -> None:
    """Nobody knows whether it was bought."""
    transition(job, JobStatus.UNSURE, why=why, fenced=True, due_at=_look_again_at(job))


def adopt(job: VideoJob) -> None:
    """The step of an `unsure` row: look for it in the provider's list.

    Found: it is ours. Not there after the grace time: it was never made, and is sent again.
    Where the list cannot tell, a person chooses.
    """
    if not dialect_of(job.provider).can_adopt:
        _ask(job, "This provider cannot tell whether it accepted the job.")
        return
    try:
        newer = list(_newer(job))
    except ProviderError as error:
        note_failure(job.provider, error)
        attempts = job.attempts + 1
        job.write_back(attempts=attempts, due_at=timezone.now() + backoff(attempts, cap=60))
        return
    note_success(job.provider)
    strangers = _strangers(job, newer)
    found = [remote for remote in strangers if _is_same(job, remote)]
    if found:
        accepted(job, found[-1], why="Found in the provider's list: it had been accepted")
    elif any(remote.prompt is None for remote in strangers):
        _ask(job, "The provider has jobs that may be this one, but does not say their prompts.")
    else:
        _not_there(job)


def _newer(job: VideoJob) -> Iterator[wire.RemoteVideo]:
    """The provider's jobs, newest first, back to the newest that we knew before sending."""
    started = job.submit_started_at or job.created_at
    for place, remote in enumerate(client_for(job.provider).list_all(order="desc")):
        if remote.id == job.known_before or place >= MAX_LOOKED_AT:
            return
        made = remote.created_at
        if made is not None and datetime.fromtimestamp(made, UTC) < started - CLOCK_SKEW:
            return
        yield remote


def _strangers(job: VideoJob, newer: list[wire.RemoteVideo]) -> list[wire.RemoteVideo]:
    ids = [remote.id for remote in newer]
    ours = set(
        VideoJob.objects.filter(provider_id=job.provider_id, remote_id__in=ids).values_list(
            "remote_id", flat=True
        )
    )
    return [remote for remote in newer if remote.id not in ours]


def _is_same(job: VideoJob, remote: wire.RemoteVideo) -> bool:
    """Does everything that the server tells agree with what we asked for?"""
    asked = ((remote.size, job.size), (remote.seconds, job.seconds), (remote.model, job.model))
    source = job.remix_of.remote_id if job.remix_of else None
    return (
        remote.prompt is not None
        and remote.prompt.strip() == job.prompt
        and (remote.remixed_from_video_id or None) == source
        and all(said is None or not wanted or said == wanted for said, wanted in asked)
    )


def _not_there(job: VideoJob) -> None:
    now = timezone.now()
    if now < _grace_ends(job):
        job.write_back(due_at=_look_again_at(job))
    elif job.sends >= MAX_SENDS:
        _ask(job, f"It was sent {job.sends} times and never arrived.")
    else:
        transition(
            job,
            JobStatus.SUBMITTING,
            why="The provider does not have it, so it is sent again",
            fenced=True,
            submit_started_at=None,
            due_at=now,
        )


def _ask(job: VideoJob, why: str) -> None:
    job.write_back(due_at=None, attention=f"{why} Choose what to do.", version=job.version + 1)


def _look_again_at(job: VideoJob) -> datetime:
    """Soon, but the last look is at the end of the grace time."""
    now = timezone.now()
    ends = _grace_ends(job)
    return min(now + LOOK_AGAIN, ends) if ends > now else now


def _grace_ends(job: VideoJob) -> datetime:
    started = job.submit_started_at or job.created_at
    return started + timedelta(seconds=settings.SUBMIT_GRACE_SECONDS)
