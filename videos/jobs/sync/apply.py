"""How does a provider's answer about a job change its row?"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from videos import wire
from videos.jobs.providers.clients import dialect_of
from videos.jobs.remote.record import MEANS
from videos.jobs.sanitize import NO_REASON, bounded
from videos.models import JobStatus, VideoJob, transition
from videos.models.lease import RELEASED
from videos.wire.cost import cost_of
from videos.wire.text import gettext_noop

# A difference below the first is ignored. One above the second isn't caused by the clock or by
# servers that send local time as if it were UTC.
CLOCK_RIGHT, CLOCK_WRONG = timedelta(minutes=10), timedelta(hours=26)
# After this time, a person is asked to look at a job with an unknown status word.
UNCLEAR_AFTER = timedelta(minutes=10)


def interval(job: VideoJob, now: datetime) -> timedelta:
    """How long to wait until a running job is polled again; longer for older jobs."""
    age = (now - job.created_at).total_seconds()
    seconds = next((s for limit, s in ((60, 1), (300, 3), (1800, 10)) if age < limit), 30)
    return timedelta(seconds=seconds)


def apply(
    job: VideoJob, remote: wire.RemoteVideo, *, why: str = "", now: datetime | None = None
) -> bool:
    """Update the row from the provider's answer. Returns False if another mirror holds the row.

    Status and progress never go backwards. An unknown status word means that the job is still
    running. Answers from one page share the same `now`.
    """
    now = now or timezone.now()
    status = _status(job, remote)
    changes = _common(job, remote, now)
    if status == job.status:
        return _stay(job, changes, _doubt(job, remote, now), now)
    if status == JobStatus.COMPLETED:
        changes |= {"progress": 100, "due_at": now, "expires_at": _expires_at(job, remote, now)}
        why = why or gettext_noop("The provider finished it")
    elif status in (JobStatus.FAILED, JobStatus.CANCELLED):
        error = remote.error or wire.VideoError(code="", message=NO_REASON)
        changes |= {"due_at": None, "error_code": error.code, "error_message": error.message}
        why = why or (error.message if remote.error is None else _says(error.message))
    else:
        changes["due_at"] = now + interval(job, now)
        why = why or gettext_noop("The provider says “%(word)s”", word=remote.status_word)
    # A note that the job was unfinished for a long time no longer applies.
    changes["attention"] = ""
    cost = cost_of(remote.raw)
    return transition(job, status, why=why, fenced=True, cost=cost, **changes)


def _says(text: str) -> str:
    return gettext_noop("The provider says: %(words)s", words=text)


def is_news(job: VideoJob, remote: wire.RemoteVideo, now: datetime) -> bool:
    """Return True if the answer changes anything that is worth a separate write."""
    return (
        _status(job, remote) != job.status
        or (remote.progress or 0) > job.progress
        or remote.status_word != job.remote_status
        or job.missing_count > 0
        or bool(job.attempts and job.attention)
        or bool(_doubt(job, remote, now) and not job.attention)
    )


def postpone(jobs: list[VideoJob], now: datetime) -> None:
    """Write back rows that have no news, with one statement for all rows of the same age."""
    by_wait: dict[timedelta, list[VideoJob]] = {}
    for job in jobs:
        by_wait.setdefault(interval(job, now), []).append(job)
    for wait, same in by_wait.items():
        held = VideoJob.objects.held(same[0].lease_token)
        mine = held.filter(pk__in=[job.pk for job in same])
        mine.update(**RELEASED, attempts=0, due_at=now + wait)


def _status(job: VideoJob, remote: wire.RemoteVideo) -> JobStatus:
    said = MEANS.get(remote.status)
    if said is None:
        running = job.status in (JobStatus.QUEUED, JobStatus.IN_PROGRESS)
        return JobStatus(job.status) if running else JobStatus.QUEUED
    if said == JobStatus.QUEUED and job.status == JobStatus.IN_PROGRESS:
        return JobStatus.IN_PROGRESS
    return said


def _common(job: VideoJob, remote: wire.RemoteVideo, now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "progress": max(job.progress, remote.progress or 0),
        "remote_status": remote.status_word,
        "remote": bounded(remote.raw),
        "attempts": 0,
        "missing_since": None,
        "missing_count": 0,
    }
    if job.attempts or not job.remote_id:
        # A note about failed polls, or about a missing answer, no longer applies.
        changes["attention"] = ""
    if not job.remote_id:
        # Keep the id from the create request: some servers answer each poll with a different one.
        changes["remote_id"] = remote.id
    return changes


def _stay(job: VideoJob, changes: dict[str, Any], reason: str, now: datetime) -> bool:
    seen = ("progress", "remote_status", "attention")
    if reason and not changes.get("attention", job.attention):
        changes["attention"] = reason
    is_seen = any(changes.get(name, getattr(job, name)) != getattr(job, name) for name in seen)
    if is_seen or job.missing_since is not None:
        changes["version"] = job.version + 1
    else:
        # Nothing visible changed, and rewriting the raw object every second isn't worth it.
        changes.pop("remote")
    return job.write_back(**changes, due_at=now + interval(job, now))


def _doubt(job: VideoJob, remote: wire.RemoteVideo, now: datetime) -> str:
    """What a person should look at in a job that is still running; empty for nothing."""
    age, word = now - job.created_at, remote.status_word
    unclear = remote.status == wire.Status.UNKNOWN and age > UNCLEAR_AFTER
    if unclear and remote.error is not None:
        return gettext_noop(
            "The provider says “%(word)s” and reports an error: %(reason)s",
            word=word,
            reason=remote.error.message,
        )
    if unclear and remote.looks_finished:
        return gettext_noop(
            "The provider says “%(word)s”, which may mean that it is finished. Its clip can't be "
            "downloaded yet.",
            word=word,
        )
    if age > timedelta(hours=settings.JOB_AGE_LIMIT_HOURS):
        return gettext_noop(
            "It is still unfinished after %(hours)d hours. The provider says “%(word)s”.",
            hours=settings.JOB_AGE_LIMIT_HOURS,
            word=word,
        )
    return ""


def _expires_at(job: VideoJob, remote: wire.RemoteVideo, now: datetime) -> datetime | None:
    if remote.expires_at is not None:
        return datetime.fromtimestamp(remote.expires_at, UTC) - _ahead(job, remote)
    own = job.provider.expires_after_seconds or dialect_of(job.provider).expiry_seconds
    return now + timedelta(seconds=own) if own else None


def _ahead(job: VideoJob, remote: wire.RemoteVideo) -> timedelta:
    """How far the provider's clock is ahead of ours, from when it says it created our job.

    Zero for jobs that we didn't send, and for differences of a few minutes, or of more than any
    clock: an id that was linked by hand may belong to any job.
    """
    if remote.created_at is None or job.submit_started_at is None:
        return timedelta()
    ahead = datetime.fromtimestamp(remote.created_at, UTC) - job.submit_started_at
    return ahead if CLOCK_RIGHT < abs(ahead) < CLOCK_WRONG else timedelta()
