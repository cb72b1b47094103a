"""May this row be sent, or was it sent before, in a life that the database has forgotten?

A database that was restored from a backup holds rows as unsent that were sent since. Rows are
doubted that were there when mirrors began to go round again after a gap; a provider that was
only paused, however long, leaves no gap. Doubted rows are looked for in the provider's list
before they are sent. Where the list cannot tell, a person decides. A file of the clip in the
archive is a proof of its own.
"""

from django.utils import timezone

from videos.archive import store
from videos.jobs.following.outcome import backoff
from videos.jobs.sending.adopt import accepted, is_unreadable
from videos.jobs.sending.look import look_for
from videos.jobs.servers.providers import dialect_of, note_failure, note_success
from videos.models import JobStatus, Resumption, VideoJob, transition
from videos.models.lease import shared_now
from videos.provider.errors import NotFound, NotOffered, ProviderError

WAITED = "It waited here while no mirror ran, and may have been sent before."


def may_be_sent(job: VideoJob) -> bool:
    """Is it certain, or proved now, that this row was never sent? Otherwise it is dealt with."""
    has_clip = job.cleared_at is None and store.holds_clip(job)
    if not has_clip and not _is_doubted(job):
        return True
    if not dialect_of(job.provider).can_adopt:
        _ask(job, has_clip, "This provider cannot tell.")
        return False
    try:
        found = look_for(job)
    except (NotFound, NotOffered):
        _ask(job, has_clip, "This provider has no list.")
        return False
    except ProviderError as error:
        note_failure(job.provider, error)
        if is_unreadable(job, error):
            _ask(job, has_clip, "This provider's list cannot be read.")
            return False
        attempts = job.attempts + 1
        job.write_back(attempts=attempts, due_at=timezone.now() + backoff(attempts, cap=60))
        return False
    note_success(job.provider)
    if found.job is not None:
        accepted(job, found.job, why="Found in the provider's list: it had been sent before")
    elif has_clip or found.doubt:
        _ask(job, has_clip, found.doubt)
    else:
        return _clear(job)
    return False


def _is_doubted(job: VideoJob) -> bool:
    last = Resumption.objects.filter(newest_job__gte=job.pk).first()
    return last is not None and (job.cleared_at is None or job.cleared_at <= last.at)


def _clear(job: VideoJob) -> bool:
    job.cleared_at = shared_now()
    held = VideoJob.objects.held(job.lease_token).filter(pk=job.pk)
    return held.update(cleared_at=job.cleared_at) == 1


def _ask(job: VideoJob, has_clip: bool, doubt: str) -> None:
    why = "A clip of it is in the archive, so it was sent before." if has_clip else WAITED
    transition(
        job,
        JobStatus.UNSURE,
        why=why,
        fenced=True,
        due_at=None,
        attention=f"{why} {doubt}".strip() + " Choose what to do.",
    )
