"""How is a job found again when nobody knows whether the provider took it?"""

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
from videos.jobs.providers.clients import create_timeout, dialect_of, note_failure, note_success
from videos.jobs.remote.import_jobs import import_duplicate
from videos.jobs.remote.record import note
from videos.jobs.retry import SEARCH_LIST, SEND
from videos.jobs.sanitize import plain
from videos.jobs.sync.apply import apply
from videos.models import JobStatus, VideoJob, transition
from videos.models.lease import RELEASED, shared_now
from videos.provider.errors import NotFound, NotOffered, ProviderError, Refused, Unauthorized
from videos.wire.text import Message, cut, gettext_noop, joined

log = logging.getLogger(__name__)

ACCEPTED = gettext_noop("The provider accepted it, but its answer has no ID that can be read.")
FOUND = gettext_noop("Found in the provider's list: it had been accepted")
CHOOSE = gettext_noop("Choose what to do.")

# So many sends without a clear answer, each certainly absent afterwards.
MAX_SENDS = 3
# A server that has said so often that it has no list will not have one.
NO_LIST_TRIES = 3
# After so many failed looks a person is told.
TELL_AFTER = 3
LOOK_AGAIN = timedelta(seconds=5)
LONGEST_GRACE = 600


def accepted(job: VideoJob, remote: wire.RemoteVideo, *, why: str) -> None:
    """The provider has it: take over what it says, under an id that no other row has."""
    sending = job.status == JobStatus.SUBMITTING
    try:
        if not apply(job, remote, why=why) and sending:
            _late(job, remote)
    except IntegrityError:
        if job.status == JobStatus.UNSURE:
            # A twin with the same prompt was faster to adopt it. Ours may be another.
            job.write_back(due_at=_look_again_at(job))
        else:
            # The server gave an id that another of our jobs has. That may be this very job,
            # imported before its answer came, so its absence from the list proves nothing.
            why = _taken(remote)
            unsure(job, why, ended_at=shared_now(), accepted=True, attention=why)


def _taken(remote: wire.RemoteVideo) -> Message:
    return gettext_noop(
        "The provider answered with the ID of another clip here (%(id)s).", id=plain(remote.id)[:80]
    )


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
    why = gettext_noop("%(provider)s accepted it, and answered late", provider=str(row.provider))
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
            changes = {"attention": _taken(remote), "accepted_without_id": True}
            rows = VideoJob.objects.filter(pk=row.pk, status=JobStatus.UNSURE)
            rows.update(**RELEASED | changes, version=F("version") + 1)
            return
    log.error("%s was accepted twice: %r is the other job", row, remote.id)
    import_duplicate(row, remote)


def unsure(
    job: VideoJob,
    why: str,
    *,
    ended_at: datetime | None = None,
    accepted: bool = False,
    busy: bool = False,
    attention: str = "",
) -> None:
    """Nobody knows whether it was bought. `ended_at` is when the send got its answer or gave up;
    None if that was not seen. An `accepted` one is never sent again automatically."""
    job.send_ended_at = ended_at
    changes: dict[str, Any] = {
        "send_ended_at": ended_at,
        "accepted_without_id": job.accepted_without_id or accepted,
        "busy_sends": job.busy_sends + busy,
        "due_at": _look_again_at(job),
        "attention": attention,
    }
    if not transition(job, JobStatus.UNSURE, why=why, fenced=True, **changes) and accepted:
        # The lease was lost, but the answer is still the truth for whoever holds the row now.
        late = VideoJob.objects.filter(pk=job.pk, remote_id="", finished_at=None)
        late.update(accepted_without_id=True)


def adopt(job: VideoJob) -> None:
    """The step of an `unsure` row: look for it in the provider's list.

    If it is found, it is ours. If it is certainly absent after the grace time, it was never made
    and is sent again. If the list leaves a doubt, a person chooses.
    """
    if not dialect_of(job.provider).can_adopt:
        _ask(job, gettext_noop("This provider cannot tell whether it accepted the job."))
        return
    try:
        found = look_for(job)
    except ProviderError as error:
        note_failure(job.provider, error)
        if has_no_list(job, error):
            said = cut(plain(error.message), 300)
            _ask(job, gettext_noop("The provider's list cannot be read: %(reason)s", reason=said))
        else:
            _look_later(job, error)
        return
    note_success(job.provider)
    if found.job is not None:
        failpoint("found")
        accepted(job, found.job, why=FOUND)
    elif shared_now() < _grace_ends(job):
        job.write_back(**_without_trouble(job), due_at=_look_again_at(job))
    elif found.verdict == Verdict.ABSENT:
        _not_there(job)
    else:
        _ask(job, found.doubt)


def has_no_list(job: VideoJob, error: ProviderError) -> bool:
    """Has the server now said clearly, and often enough, that it has no list for us?

    What cannot be read at the moment, such as a maintenance page, is tried again for as long as it
    takes.
    """
    # A refused list while the provider isn't paused: this key may create, but not list.
    may_not_list = isinstance(error, Unauthorized) and not job.provider.is_paused
    is_clear = may_not_list or isinstance(error, NotFound | NotOffered | Refused)
    return is_clear and job.attempts + 1 >= NO_LIST_TRIES


def _look_later(job: VideoJob, error: ProviderError) -> None:
    """Look again with back-off. A person is told why it takes so long, and may decide any time."""
    attempts = job.attempts + 1
    changes: dict[str, Any] = {}
    if attempts >= TELL_AFTER and not job.attention:
        words = gettext_noop(
            "The provider's list cannot be read at the moment: %(reason)s Dailies keeps trying.",
            reason=cut(plain(error.message), 300),
        )
        changes = {"attention": words, "version": job.version + 1}
    due_at = timezone.now() + SEARCH_LIST.wait(attempts)
    job.write_back(**changes, attempts=attempts, due_at=due_at)


def _without_trouble(job: VideoJob) -> dict[str, Any]:
    """The list could be read: what was said about that is over. An accepted job keeps its words."""
    if not job.attempts:
        return {}
    words = job.attention if job.accepted_without_id else ""
    return {"attempts": 0, "attention": words, "version": job.version + 1}


def _not_there(job: VideoJob) -> None:
    """The provider certainly does not have it: send it again, unless a person has to decide."""
    if job.accepted_without_id:
        _ask(job, job.attention or ACCEPTED)
    elif job.sends - job.busy_sends >= MAX_SENDS:
        _ask(job, gettext_noop("It was sent %(count)d times and never arrived.", count=job.sends))
    else:
        # A busy server needs more and more time; others have had their grace time.
        wait = SEND.wait(job.busy_sends) if job.busy_sends else timedelta()
        transition(
            job,
            JobStatus.SUBMITTING,
            why=gettext_noop("The provider does not have it, so it is sent again"),
            fenced=True,
            first_sent_at=job.first_sent_at or job.submit_started_at,
            submit_started_at=None,
            cleared_at=shared_now(),
            attention="",
            due_at=timezone.now() + wait,
        )


def _ask(job: VideoJob, why: str) -> None:
    words = joined(without_choice(why), CHOOSE)
    job.write_back(due_at=None, attention=words, version=job.version + 1)


def without_choice(words: str) -> str:
    """What was written for a person to decide about, without the call to decide."""
    if isinstance(words, Message) and words.values.get("s1") == CHOOSE:
        return cast("str", words.values["s0"])
    return words.removesuffix(f" {CHOOSE}")


def _look_again_at(job: VideoJob) -> datetime:
    """Soon, but the last look is at the end of the grace time."""
    # The database's clock, as for the sending: mirrors' own may differ.
    now = shared_now()
    ends = _grace_ends(job)
    return min(now + LOOK_AGAIN, ends) if ends > now else now


def _grace_ends(job: VideoJob) -> datetime:
    """Until when it is only looked for. Counted from the end of the send; where nobody saw that,
    from when it must have ended. It doubles with each send that got no clear answer."""
    ended = job.send_ended_at
    if ended is None:
        started = job.submit_started_at or job.created_at
        ended = started + timedelta(seconds=create_timeout(job.provider))
    base = settings.SUBMIT_GRACE_SECONDS
    doublings = min(max(job.sends - job.busy_sends - 1, 0), 10)
    return ended + timedelta(seconds=min(base * 2**doublings, max(base, LONGEST_GRACE)))
