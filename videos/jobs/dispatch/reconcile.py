"""How is an unconfirmed job found again, when it's unclear whether the provider accepted it?"""

import logging
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from videos import wire
from videos.failpoints import failpoint
from videos.jobs.dispatch.search_list import look_for
from videos.jobs.dispatch.verdict import Verdict
from videos.jobs.providers.clients import create_timeout, dialect_of, record_success
from videos.jobs.providers.failing_list import record_failed_list
from videos.jobs.remote.import_jobs import import_duplicate
from videos.jobs.remote.record import store_unknown_jobs
from videos.jobs.retry import SEARCH_LIST, SEND
from videos.jobs.sanitize import plain
from videos.jobs.sync.apply import apply
from videos.models import JobStatus, VideoJob, transition
from videos.models.lease import RELEASED, shared_now
from videos.provider.errors import NotFound, NotOffered, ProviderError, Refused, Unauthorized
from videos.wire.text import Message, cut, gettext_noop, joined

log = logging.getLogger(__name__)

ACCEPTED = gettext_noop("The provider accepted it, but its answer has no readable ID.")
FOUND = gettext_noop("Found in the provider's list, so it was accepted")
CHOOSE = gettext_noop("Choose what to do.")

# After this many sends that were each proved absent, a person decides.
MAX_SENDS = 3
# A server that says this often that it has no list will not have one.
NO_LIST_TRIES = 3
# After this many failed searches, the job shows why it takes so long.
TELL_AFTER = 3
LOOK_AGAIN = timedelta(seconds=5)
LONGEST_GRACE = 600


def accepted(job: VideoJob, remote: wire.RemoteVideo, *, why: str) -> None:
    """Record that the provider has the job, unless its id belongs to another row."""
    sending = job.status == JobStatus.SUBMITTING
    try:
        if not apply(job, remote, why=why) and sending:
            _accepted_late(job, remote)
    except IntegrityError:
        if job.status == JobStatus.UNSURE:
            # A row with the same prompt was linked to it first. Ours may be another one.
            job.write_back(due_at=_look_again_at(job))
        else:
            # Another row has the id that the server gave. That row may be this very job, imported
            # before its answer came, so its absence from the list proves nothing.
            why = _id_is_taken(remote)
            mark_unsure(job, why, ended_at=shared_now(), accepted=True, attention=why)


def _id_is_taken(remote: wire.RemoteVideo) -> Message:
    return gettext_noop(
        "The provider answered with the ID of another clip here (%(id)s).", id=plain(remote.id)[:80]
    )


def _accepted_late(job: VideoJob, remote: wire.RemoteVideo) -> None:
    """Handle an answer that came after the lease was lost. It is still true.

    If the row is `unsure`, it gets this id. In any other case the provider has made a second job
    for the row. It costs money, so it becomes a visible clip of its own.
    """
    row = VideoJob.objects.select_related("provider", "maker").filter(pk=job.pk).first()
    if row is None:
        log.warning("%s was purged before %s accepted it as %r", job, job.provider, remote.id)
        store_unknown_jobs(job.provider, [remote])
        return
    if row.remote_id == remote.id:
        return
    why = gettext_noop("%(provider)s accepted it and answered late", provider=str(row.provider))
    if row.status == JobStatus.UNSURE and row.sends == job.sends:
        try:
            if transition(
                row,
                JobStatus.QUEUED,
                why=why,
                attention="",
                remote_id=remote.id,
                due_at=timezone.now(),
                # A mirror that is searching for it now loses its lease.
                **RELEASED,
            ):
                return
        except IntegrityError:
            changes = {"attention": _id_is_taken(remote), "accepted_without_id": True}
            rows = VideoJob.objects.filter(pk=row.pk, status=JobStatus.UNSURE)
            rows.update(**RELEASED | changes, version=F("version") + 1)
            return
    log.error("%s was accepted twice: %r is the other job", row, remote.id)
    import_duplicate(row, remote)


def mark_unsure(
    job: VideoJob,
    why: str,
    *,
    ended_at: datetime | None = None,
    accepted: bool = False,
    busy: bool = False,
    attention: str = "",
) -> None:
    """Mark the job as unconfirmed: it may or may not have been bought.

    `ended_at` is when the send got its answer or gave up; None if that wasn't seen. A job with
    `accepted` is never sent again automatically.
    """
    job.send_ended_at = ended_at
    changes: dict[str, Any] = {
        "send_ended_at": ended_at,
        "accepted_without_id": job.accepted_without_id or accepted,
        "busy_sends": job.busy_sends + busy,
        "due_at": _look_again_at(job),
        "attention": attention,
    }
    if not transition(job, JobStatus.UNSURE, why=why, fenced=True, **changes) and accepted:
        # The lease was lost, but the answer is still true for whichever mirror holds the row now.
        late = VideoJob.objects.filter(pk=job.pk, remote_id="", finished_at=None)
        late.update(accepted_without_id=True)


def adopt(job: VideoJob) -> None:
    """The step of an `unsure` row: search for it in the provider's list.

    A job that is found is linked to the row. A job that is certainly absent after the grace time
    was never made, and is sent again. If the list doesn't settle it, a person decides.
    """
    if not dialect_of(job.provider).can_adopt:
        _ask_person(job, gettext_noop("This provider can't say whether it accepted the job."))
        return
    try:
        result = look_for(job)
    except ProviderError as error:
        record_failed_list(job.provider, error)
        if has_no_list(job, error):
            said = cut(plain(error.message), 300)
            _ask_person(
                job, gettext_noop("The provider's list can't be read: %(reason)s", reason=said)
            )
        else:
            _look_later(job, error)
        return
    record_success(job.provider)
    if result.job is not None:
        failpoint("found")
        accepted(job, result.job, why=FOUND)
    elif shared_now() < _grace_ends(job):
        job.write_back(**_search_succeeded(job), due_at=_look_again_at(job))
    elif result.verdict == Verdict.ABSENT:
        _absent(job)
    else:
        _ask_person(job, result.reason)


def has_no_list(job: VideoJob, error: ProviderError) -> bool:
    """Return True if the server has said clearly and often enough that we can't list its jobs.

    A list that can't be read at the moment, such as a maintenance page, is retried without limit.
    """
    # The list is refused although the provider isn't paused: this key may create, but not list.
    may_not_list = isinstance(error, Unauthorized) and not job.provider.is_paused
    is_clear = may_not_list or isinstance(error, NotFound | NotOffered | Refused)
    return is_clear and job.attempts + 1 >= NO_LIST_TRIES


def _look_later(job: VideoJob, error: ProviderError) -> None:
    """Search again with back-off. The job shows why it takes so long; a person may decide first."""
    attempts = job.attempts + 1
    changes: dict[str, Any] = {}
    if attempts >= TELL_AFTER and not job.attention:
        message = gettext_noop(
            "The provider's list can't be read at the moment: %(reason)s Dailies keeps trying.",
            reason=cut(plain(error.message), 300),
        )
        changes = {"attention": message, "version": job.version + 1}
    due_at = timezone.now() + SEARCH_LIST.wait(attempts)
    job.write_back(**changes, attempts=attempts, due_at=due_at)


def _search_succeeded(job: VideoJob) -> dict[str, Any]:
    """Clear the note about failed searches, because the list was read now.

    A job that was accepted without an id keeps its note.
    """
    if not job.attempts:
        return {}
    attention = job.attention if job.accepted_without_id else ""
    return {"attempts": 0, "attention": attention, "version": job.version + 1}


def _absent(job: VideoJob) -> None:
    """The provider certainly doesn't have it: send it again, unless a person has to decide."""
    if job.accepted_without_id:
        _ask_person(job, job.attention or ACCEPTED)
    elif job.sends - job.busy_sends >= MAX_SENDS:
        _ask_person(
            job, gettext_noop("It was sent %(count)d times and never arrived.", count=job.sends)
        )
    else:
        # A busy server gets more and more time. Other servers have had their grace time.
        wait = SEND.wait(job.busy_sends) if job.busy_sends else timedelta()
        transition(
            job,
            JobStatus.SUBMITTING,
            why=gettext_noop("The provider doesn't have it, so it's sent again"),
            fenced=True,
            first_sent_at=job.first_sent_at or job.submit_started_at,
            submit_started_at=None,
            cleared_at=shared_now(),
            attention="",
            due_at=timezone.now() + wait,
        )


def _ask_person(job: VideoJob, why: str) -> None:
    message = joined(without_choice(why), CHOOSE)
    job.write_back(due_at=None, attention=message, version=job.version + 1)


def without_choice(message: str) -> str:
    """The `attention` of a job without its last sentence, the request to decide."""
    if isinstance(message, Message) and message.values.get("s1") == CHOOSE:
        return cast("str", message.values["s0"])
    return message.removesuffix(f" {CHOOSE}")


def _look_again_at(job: VideoJob) -> datetime:
    """Soon, but the last search is at the end of the grace time."""
    # By the database's clock, like the send: the mirrors' clocks may differ.
    now = shared_now()
    ends = _grace_ends(job)
    return min(now + LOOK_AGAIN, ends) if ends > now else now


def _grace_ends(job: VideoJob) -> datetime:
    """When the grace time ends, during which the job is only searched for.

    It starts at the end of the send. If that wasn't seen, it starts when the send must have ended.
    It doubles with each send that got no clear answer.
    """
    ended = job.send_ended_at
    if ended is None:
        started = job.submit_started_at or job.created_at
        ended = started + timedelta(seconds=create_timeout(job.provider))
    base = settings.SUBMIT_GRACE_SECONDS
    doublings = min(max(job.sends - job.busy_sends - 1, 0), 10)
    return ended + timedelta(seconds=min(base * 2**doublings, max(base, LONGEST_GRACE)))
