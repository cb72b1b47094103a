"""How is a job found again when nobody knows whether the provider took it?"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from videos import wire
from videos.failpoints import failpoint
from videos.jobs.following.imports import take_second
from videos.jobs.following.notes import note
from videos.jobs.following.outcome import apply, backoff, plain
from videos.jobs.sending.look import look_for
from videos.jobs.servers.providers import dialect_of, note_failure, note_success
from videos.models import JobStatus, VideoJob, transition
from videos.models.lease import RELEASED, shared_now
from videos.provider.errors import ProviderError

log = logging.getLogger(__name__)

TAKEN = "The provider answered with the id of another clip here ({})"

MAX_SENDS = 3
# A list that was answered so often, but not as a list, will not be.
BAD_LOOKS = 3
LOOK_AGAIN = timedelta(seconds=5)


def accepted(job: VideoJob, remote: wire.RemoteVideo, *, why: str) -> None:
    """The provider has it: take over what it says, under an id that is nobody else's."""
    sending = job.status == JobStatus.SUBMITTING
    try:
        if not apply(job, remote, why=why) and sending:
            _late(job, remote)
    except IntegrityError:
        if job.status == JobStatus.UNSURE:
            # A twin with the same prompt was faster to adopt it. Ours may be another.
            job.write_back(due_at=_look_again_at(job))
        else:
            # The server gave an id that another of our jobs has: the answer proves nothing. It may
            # be the very job, imported meanwhile, so its absence from the list proves nothing.
            why = TAKEN.format(plain(remote.id)[:80])
            unsure(job, why, attention=f"{why}.")


def _late(job: VideoJob, remote: wire.RemoteVideo) -> None:
    """The lease was lost while the provider made up its mind, but its answer is still the truth.

    By now the row may be `unsure`, and this id is what it lacks. Whatever else has happened to it,
    there is a second job, which is paid: it becomes a clip of its own, for everybody to see.
    """
    row = VideoJob.objects.select_related("provider", "maker").filter(pk=job.pk).first()
    if row is None:
        log.warning("%s was purged before %s accepted it as %r", job, job.provider, remote.id)
        note(job.provider, [remote])
        return
    if row.remote_id == remote.id:
        return
    why = f"{row.provider} accepted it, and answered late"
    if row.status == JobStatus.UNSURE and row.sends == job.sends:
        try:
            if transition(
                row,
                JobStatus.QUEUED,
                why=why,
                attention="",
                remote_id=remote.id,
                due_at=timezone.now(),
                # Whoever looks for it in the list just now has nothing to write any more.
                **RELEASED,
            ):
                return
        except IntegrityError:
            words = f"{TAKEN.format(plain(remote.id)[:80])}."
            rows = VideoJob.objects.filter(pk=row.pk, status=JobStatus.UNSURE)
            rows.update(**RELEASED, attention=words, version=F("version") + 1)
            return
    log.error("%s was accepted twice: %r is the other job", row, remote.id)
    take_second(row, remote)


def unsure(job: VideoJob, why: str, *, attention: str = "") -> None:
    """Nobody knows whether it was bought. With `attention` it is never sent again by itself."""
    due_at = _look_again_at(job)
    transition(job, JobStatus.UNSURE, why=why, fenced=True, due_at=due_at, attention=attention)


def adopt(job: VideoJob) -> None:
    """The step of an `unsure` row: look for it in the provider's list.

    Found: it is ours. Not there after the grace time: it was never made, and is sent again.
    Where the list cannot tell, a person chooses.
    """
    if not dialect_of(job.provider).can_adopt:
        _ask(job, "This provider cannot tell whether it accepted the job.")
        return
    try:
        found = look_for(job)
    except ProviderError as error:
        note_failure(job.provider, error)
        if is_unreadable(job, error):
            _ask(job, f"The provider's list cannot be read: {plain(error.message)[:300]}.")
            return
        attempts = job.attempts + 1
        job.write_back(attempts=attempts, due_at=timezone.now() + backoff(attempts, cap=60))
        return
    note_success(job.provider)
    if found.job is not None:
        failpoint("found")
        accepted(job, found.job, why="Found in the provider's list: it had been accepted")
    elif found.is_blind:
        _ask(job, found.doubt)
    elif shared_now() < _grace_ends(job):
        job.write_back(due_at=_look_again_at(job))
    elif found.doubt:
        _ask(job, found.doubt)
    else:
        _not_there(job)


def is_unreadable(job: VideoJob, error: ProviderError) -> bool:
    """Has the server now said often enough that it gives no list?"""
    of_the_list = not (error.transient or error.needs_admin)
    return of_the_list and job.attempts + 1 >= BAD_LOOKS


def _not_there(job: VideoJob) -> None:
    if job.attention:
        _ask(job, job.attention)
    elif job.sends >= MAX_SENDS:
        _ask(job, f"It was sent {job.sends} times and never arrived.")
    else:
        transition(
            job,
            JobStatus.SUBMITTING,
            why="The provider does not have it, so it is sent again",
            fenced=True,
            submit_started_at=None,
            cleared_at=shared_now(),
            due_at=timezone.now(),
        )


def _ask(job: VideoJob, why: str) -> None:
    job.write_back(due_at=None, attention=f"{why} Choose what to do.", version=job.version + 1)


def _look_again_at(job: VideoJob) -> datetime:
    """Soon, but the last look is at the end of the grace time."""
    # The database's clock, as for the sending: mirrors' own may differ.
    now = shared_now()
    ends = _grace_ends(job)
    return min(now + LOOK_AGAIN, ends) if ends > now else now


def _grace_ends(job: VideoJob) -> datetime:
    started = job.submit_started_at or job.created_at
    return started + timedelta(seconds=settings.SUBMIT_GRACE_SECONDS)
