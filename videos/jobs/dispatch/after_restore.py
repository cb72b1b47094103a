"""May this row be sent, or may it have been sent before?

Two kinds of rows are looked up in the provider's list before they are sent:

- rows that were waiting when the database was restored from a backup, because they may have been
  sent after the backup was made;
- rows that were sent and then found absent so long ago that the job may have appeared since.

If the list gives no clear answer, a person decides. A clip in the archive proves that the row was
sent.
"""

from datetime import timedelta

from django.utils import timezone

from videos.archive import store
from videos.jobs.dispatch.reconcile import CHOOSE, accepted, has_no_list
from videos.jobs.dispatch.search_list import look_for
from videos.jobs.dispatch.verdict import Verdict
from videos.jobs.providers.clients import dialect_of, record_success
from videos.jobs.providers.failing_list import record_failed_list
from videos.jobs.retry import SEARCH_LIST
from videos.models import DatabaseRestore, JobStatus, VideoJob, transition
from videos.models.lease import shared_now
from videos.provider.errors import NotFound, NotOffered, ProviderError
from videos.wire.text import gettext_noop, joined

PROOF_LASTS = timedelta(minutes=2)
WAITED = gettext_noop("It waited while no background worker ran, and may have been sent before.")
IN_ARCHIVE = gettext_noop("Its clip is already in the archive, so it was sent before.")
FOUND = gettext_noop("Found in the provider's list, so it was sent before")


def may_be_sent(job: VideoJob) -> bool:
    """Return True if this row is certainly not at the provider, so that it may be sent.

    If not, the row is linked to the job that was found, due for another search, or waits for a
    person's decision.
    """
    if job.accepted_without_id or _proof_is_old(job):
        why = gettext_noop("Dailies searches for it once more before sending it again")
        due_at = timezone.now()
        transition(job, JobStatus.UNSURE, why=why, fenced=True, due_at=due_at, attention="")
        return False
    has_clip = job.cleared_at is None and store.holds_clip(job)
    if not has_clip and not _may_have_been_sent(job):
        return True
    if not dialect_of(job.provider).can_adopt:
        _ask_person(job, has_clip, gettext_noop("This provider can't be searched."))
        return False
    try:
        result = look_for(job)
    except ProviderError as error:
        record_failed_list(job.provider, error)
        if isinstance(error, NotFound | NotOffered) or has_no_list(job, error):
            _ask_person(job, has_clip, gettext_noop("This provider has no list."))
            return False
        attempts = job.attempts + 1
        job.write_back(attempts=attempts, due_at=timezone.now() + SEARCH_LIST.wait(attempts))
        return False
    record_success(job.provider)
    if result.job is not None:
        accepted(job, result.job, why=FOUND)
    elif has_clip or result.verdict != Verdict.ABSENT:
        _ask_person(job, has_clip, result.reason)
    else:
        return _clear(job)
    return False


def _proof_is_old(job: VideoJob) -> bool:
    """Return True if an earlier send was proved absent, but too long ago to rely on it."""
    if job.first_sent_at is None:
        return False
    return job.cleared_at is None or shared_now() - job.cleared_at > PROOF_LASTS


def _may_have_been_sent(job: VideoJob) -> bool:
    """Return True if the job may have been sent before the database was restored."""
    last = DatabaseRestore.objects.filter(newest_job__gte=job.pk).first()
    return last is not None and (job.cleared_at is None or job.cleared_at <= last.at)


def _clear(job: VideoJob) -> bool:
    job.cleared_at = shared_now()
    held = VideoJob.objects.held(job.lease_token).filter(pk=job.pk)
    return held.update(cleared_at=job.cleared_at) == 1


def _ask_person(job: VideoJob, has_clip: bool, reason: str) -> None:
    why = IN_ARCHIVE if has_clip else WAITED
    transition(
        job,
        JobStatus.UNSURE,
        why=why,
        fenced=True,
        due_at=None,
        attention=joined(joined(why, reason), CHOOSE),
    )
