"""How is a job sent once?"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from videos import wire
from videos.archive.uploads import references
from videos.failpoints import failpoint
from videos.jobs.characters.select import NoCharacter, NotYet, remote_cast
from videos.jobs.dispatch import limits
from videos.jobs.dispatch.after_restore import may_be_sent
from videos.jobs.dispatch.paused_queues import may_send_for
from videos.jobs.dispatch.reconcile import accepted, mark_unsure
from videos.jobs.providers.clients import (
    client_for,
    creates_are_open,
    ready_for_create,
    record_created,
    record_failure,
)
from videos.jobs.retry import SEND
from videos.jobs.send_count import (
    Marker,
    count_send,
    is_behind,
    read_marker,
    record_restore,
    write_marker,
)
from videos.models import JobPicture, JobStatus, Operation, VideoJob, transition
from videos.models.lease import shared_now
from videos.provider.client import Client, CreateCall, Reference
from videos.provider.errors import NotFound, NotOffered, ProviderError, Refused
from videos.provider.transport import clock
from videos.wire.text import Message, gettext_noop

log = logging.getLogger(__name__)

NOT_DERIVED = {
    Operation.REMIX: gettext_noop("The provider doesn't remix this clip: %(reason)s"),
    Operation.EDIT: gettext_noop("The provider doesn't edit this clip: %(reason)s"),
    Operation.EXTEND: gettext_noop("The provider doesn't extend this clip: %(reason)s"),
}
WAIT_FOR_CHARACTER, WAIT_FOR_PERSON = timedelta(seconds=2), timedelta(seconds=30)


def send(job: VideoJob) -> None:
    """The step of a `submitting` row: send the create request once, and record the outcome."""
    if job.submit_started_at is not None:
        # A mirror began to send it and never wrote back. It may have been bought.
        mark_unsure(job, "The mirror stopped while it was sending this job")
        return
    if not may_be_sent(job):
        return
    try:
        cast = remote_cast(job)
    except NotYet as character:
        _wait(job, character)
        return
    except NoCharacter as missing:
        _fail(job, "character_missing", str(missing))
        return
    if not ready_for_create(job.provider):
        job.write_back()
        return
    # Read before the intent is recorded. If this process sleeps from here on, another mirror may
    # search for the job, not find it, and send it; then the deadline stops our own send.
    begun = clock()
    if not _record_intent(job):
        job.write_back()
        return
    failpoint("submit_started")
    if not job.is_held():
        return
    try:
        remote = _post(job, cast, client_for(job.provider).since(begun))
    except ProviderError as error:
        _not_accepted(job, error)
        return
    except FileNotFoundError:
        _fail(job, "reference_missing", gettext_noop("The reference image is no longer stored."))
        return
    failpoint("after_post")
    record_created(job.provider)
    why = gettext_noop("%(provider)s accepted it", provider=str(job.provider))
    accepted(job, remote, why=why)
    failpoint("accepted")


def _wait(job: VideoJob, character: NotYet) -> None:
    message = _waits_for(character) if character.is_unsure else ""
    wait = WAIT_FOR_PERSON if character.is_unsure else WAIT_FOR_CHARACTER
    seen = {"attention": message, "version": job.version + 1} if message != job.attention else {}
    job.write_back(due_at=timezone.now() + wait, **seen)


def _waits_for(character: NotYet) -> str:
    return gettext_noop(
        "It waits for the character “%(name)s”, which is unconfirmed. Decide about that first.",
        name=str(character),
    )


def _record_intent(job: VideoJob) -> bool:
    """Commit that the create request is sent next.

    Returns False if this process no longer holds the row, a limit is reached, or the database
    turns out to be restored from a backup. The row then stays due and is tried again.
    """
    newest = _newest_known(job)
    try:
        marker = read_marker()
    except OSError as error:
        log.error("%s is not sent: the count of sends cannot be read: %s", job, error)
        job.write_back(due_at=timezone.now() + WAIT_FOR_PERSON)
        return False
    with transaction.atomic():
        if is_behind(marker):
            record_restore(marker)
            return False
        if not (
            creates_are_open(job.provider)
            and may_send_for(job.maker_id)
            and limits.may_send(job.provider)
        ):
            return False
        # By the clock that all mirrors share: another one may have to compute the grace time.
        job.submit_started_at, job.send_ended_at = shared_now(), None
        if job.first_sent_at is None:
            job.first_sent_at, job.known_before = job.submit_started_at, newest
        job.sends += 1
        names = ("submit_started_at", "send_ended_at", "first_sent_at", "known_before", "sends")
        held = VideoJob.objects.held(job.lease_token).filter(
            # It may have been moved to the trash while it waited for a thread.
            pk=job.pk,
            status=JobStatus.SUBMITTING,
            trashed_at=None,
            accepted_without_id=False,
        )
        if held.update(**{name: getattr(job, name) for name in names}) != 1:
            return False
        counted = count_send(marker)
    return _write_count(job, counted)


def _write_count(job: VideoJob, marker: Marker) -> bool:
    """Write the count to the disk. Returns False if that failed; then nothing may be sent."""
    try:
        write_marker(marker)
    except OSError as error:
        log.error("%s is not sent: the count of sends cannot be written: %s", job, error)
        _not_sent(job)
        return False
    return True


def _newest_known(job: VideoJob) -> str:
    """The provider's id of the job that we sent last.

    An imported job counts only if nothing was ever sent, because it is new here but not there.
    """
    with_remote_id = VideoJob.objects.filter(provider_id=job.provider_id).exclude(remote_id="")
    sent = with_remote_id.filter(submit_started_at__isnull=False).order_by(
        "-submit_started_at", "-id"
    )
    for rows in (sent, with_remote_id.order_by("-created_at", "-id")):
        if (newest := rows.values_list("remote_id", flat=True).first()) is not None:
            return newest
    return ""


def _post(job: VideoJob, cast: tuple[str, ...], client: Client) -> wire.RemoteVideo:
    if job.operation != Operation.CREATE:
        return _derive(job, client)
    reference = None
    if job.reference:
        reference = Reference("reference.png", "image/png", references.read(job.reference))
    return client.create(
        CreateCall(
            prompt=job.prompt,
            model=job.model or None,
            size=job.size,
            seconds=job.seconds,
            extra=job.extra,
            reference=reference,
            more=tuple(
                Reference(f"{each.role}-{each.place}.png", "image/png", data, each.role)
                for each in JobPicture.objects.filter(job=job).exclude(path="")
                if (data := references.read(each.path))
            ),
            characters=cast,
        ),
        job.idempotency_key,
    )


def _derive(job: VideoJob, client: Client) -> wire.RemoteVideo:
    source = job.source
    if source is None or not source.remote_id:
        message = gettext_noop("The clip that this one is made from was deleted.")
        raise Refused(message, code="source_missing")
    if job.operation == Operation.REMIX:
        return client.remix(source.remote_id, job.prompt, job.idempotency_key)
    if job.operation == Operation.EDIT:
        return client.edit(source.remote_id, job.prompt, job.idempotency_key)
    return client.extend(source.remote_id, job.prompt, job.added_seconds, job.idempotency_key)


def _not_accepted(job: VideoJob, error: ProviderError) -> None:
    if isinstance(error, Refused):
        record_created(job.provider)
        _fail(job, error.code, error.message)
    elif job.operation != Operation.CREATE and isinstance(error, NotFound | NotOffered):
        # The error concerns this clip or this operation only: other jobs continue.
        said: dict[str, object] = {"reason": error.message}
        _fail(job, error.code, Message(NOT_DERIVED[Operation(job.operation)], said))
    elif not record_failure(job.provider, error, on_create=True) and error.proves_nothing_created:
        # Moderation, a model or a plan: other jobs continue.
        record_created(job.provider)
        _fail(job, error.code, error.message)
    elif error.proves_nothing_created:
        _not_sent(job)
    elif error.may_be_accepted:
        why = gettext_noop(
            "The provider accepted it, but its answer can't be read: %(reason)s",
            reason=error.message,
        )
        mark_unsure(job, why, ended_at=shared_now(), accepted=True)
    else:
        why = gettext_noop("No clear answer: %(reason)s", reason=error.message)
        mark_unsure(job, why, ended_at=shared_now(), busy=error.busy)


def _not_sent(job: VideoJob) -> None:
    """Undo `_record_intent` and try again later: this send certainly created nothing."""
    attempts = job.attempts + 1
    changes: dict[str, Any] = {"submit_started_at": None, "sends": job.sends - 1}
    if job.sends == 1:
        changes |= {"first_sent_at": None, "known_before": ""}
    due_at = timezone.now() + SEND.wait(attempts)
    job.write_back(**changes, attempts=attempts, due_at=due_at)


def _fail(job: VideoJob, code: str, message: str) -> None:
    transition(
        job,
        JobStatus.FAILED,
        why=message,
        fenced=True,
        due_at=None,
        error_code=code[:100],
        error_message=message,
        attention="",
    )
