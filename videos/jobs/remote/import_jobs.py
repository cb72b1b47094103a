"""How are jobs imported from a provider? Importing never sends a create request."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from videos import wire
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.clients import client_for, dialect_of, record_failure, record_success
from videos.jobs.remote.record import as_remote_job, ids_here, importable, may_be_ours
from videos.jobs.retry import IMPORT
from videos.jobs.sanitize import NO_REASON, plain
from videos.models import (
    TERMINAL,
    Hidden,
    ImportRequest,
    JobEvent,
    JobStatus,
    Member,
    Provider,
    RemoteJob,
    VideoJob,
    ledger,
)
from videos.provider.errors import NotFound, NotOffered, ProviderError, Refused
from videos.wire.cost import cost_of
from videos.wire.text import gettext_noop

MAX_PASTED = 200
# A clip that expired longer ago than clocks can differ is lost and not downloaded.
SURELY_EXPIRED = timedelta(hours=2)


def import_jobs(member: Member, provider: Provider, rows: QuerySet[RemoteJob]) -> int:
    """Import those of `rows` that are offered, all or none, and return how many.

    If an id is imported or found by another process at the same moment, the constraint accepts
    one of them, and it is not counted here.
    """
    with transaction.atomic():
        chosen = importable(provider).filter(pk__in=rows.values("pk"))
        # Locked in the same order as when a list is read, to avoid deadlocks.
        remotes = list(chosen.order_by("pk").select_for_update())
        # Oldest first: our lists show the highest primary key first.
        remotes.sort(key=lambda remote: (remote.made_at, remote.pk))
        count = _insert(member, provider, remotes)
        here = ids_here(provider, (remote.remote_id for remote in remotes))
        RemoteJob.objects.filter(provider=provider, remote_id__in=here).delete()
    return count


def ignore(provider: Provider, rows: QuerySet[RemoteJob]) -> int:
    """Stop offering `rows` for import; returns how many."""
    return _hide(provider, rows, Hidden.NO, Hidden.IGNORED)


def offer_again(provider: Provider, rows: QuerySet[RemoteJob]) -> int:
    """Offer ignored rows again; returns how many."""
    return _hide(provider, rows, Hidden.IGNORED, Hidden.NO)


def _hide(provider: Provider, rows: QuerySet[RemoteJob], was: Hidden, now: Hidden) -> int:
    matching = RemoteJob.objects.filter(provider=provider, hidden=was, pk__in=rows.values("pk"))
    return matching.update(hidden=now)


# --- by id -----------------------------------------------------------------------------------


def import_by_id(member: Member, provider: Provider, text: str) -> int:
    """Have the mirror import the ids in `text`, one per line; returns how many.

    Raises ValidationFailed.
    """
    ids = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not ids:
        raise ValidationFailed({"ids": _("Paste the provider's IDs, one per line.")})
    if len(ids) > MAX_PASTED:
        raise ValidationFailed(
            {"ids": _("At most %(limit)d IDs at a time.") % {"limit": MAX_PASTED}}
        )
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and wire.as_id(line.strip()) is None:
            message = _("Line %(line)d isn't a valid ID.") % {"line": number}
            raise ValidationFailed({"ids": message})
    values = {"member": member, "due_at": timezone.now(), "outcome": "", "job": None}
    values |= {"attempts": 0, "claims": 0, "lease_token": "", "lease_until": None}
    with transaction.atomic():
        for each in ids:
            ImportRequest.objects.update_or_create(
                provider=provider, remote_id=each, defaults=values
            )
    return len(ids)


def delete_finished_requests(provider: Provider) -> None:
    """Delete the finished import requests of a provider."""
    ImportRequest.objects.filter(provider=provider, due_at=None).delete()


def answer_import_request(request: ImportRequest) -> None:
    """One step of the mirror: retrieve the job with this id, and import it."""
    provider = request.provider
    if poison := IMPORT.poison(request):
        request.write_back(due_at=None, outcome=poison)
        return
    if ids_here(provider, [request.remote_id]):
        _already_here(request)
        return
    try:
        remote = client_for(provider).retrieve(request.remote_id)
    except (NotFound, Refused, NotOffered) as error:
        record_success(provider)
        request.write_back(due_at=None, outcome=_refusal(provider, error))
    except ProviderError as error:
        record_failure(provider, error)
        _ask_later(request, error)
    else:
        record_success(provider)
        if (ours := may_be_ours(provider, remote)) is not None:
            outcome = gettext_noop("It may be one of your unconfirmed clips. Decide there.")
            request.write_back(due_at=None, outcome=outcome, job=ours)
            return
        # Polled with the pasted id: some servers answer with a different one each time.
        remote_job = as_remote_job(provider, remote, timezone.now())
        remote_job.remote_id = request.remote_id
        _import_one(request, remote_job)


def _import_one(request: ImportRequest, remote_job: RemoteJob) -> None:
    with transaction.atomic():
        if not request.is_held():
            return
        count = _insert(request.member, request.provider, [remote_job])
        rows = RemoteJob.objects.filter(provider=request.provider)
        rows.filter(remote_id=remote_job.remote_id).delete()
        if count:
            request.write_back(due_at=None, outcome=gettext_noop("Imported"), job=_job_of(request))
    if not count:
        _already_here(request)


def _refusal(provider: Provider, error: ProviderError) -> str:
    values = {"provider": str(provider), "reason": plain(error.message)}
    if isinstance(error, NotFound):
        return gettext_noop("%(provider)s doesn't know this ID: %(reason)s", **values)
    return gettext_noop("%(provider)s refuses this ID: %(reason)s", **values)


def _already_here(request: ImportRequest) -> None:
    job = _job_of(request)
    outcome = gettext_noop("Already imported")
    if job is None:
        outcome = gettext_noop("It was deleted here, and is being deleted at the provider")
    request.write_back(due_at=None, outcome=outcome, job=job)


def _job_of(request: ImportRequest) -> VideoJob | None:
    rows = VideoJob.objects.filter(provider=request.provider, remote_id=request.remote_id)
    return rows.first()


def _ask_later(request: ImportRequest, error: ProviderError) -> None:
    attempts = request.attempts + 1
    if IMPORT.is_over(attempts) and not error.needs_admin:
        outcome = gettext_noop("No answer: %(reason)s", reason=plain(error.message))
        request.write_back(due_at=None, attempts=attempts, outcome=outcome)
    else:
        wait = IMPORT.wait(attempts)
        request.write_back(attempts=attempts, due_at=timezone.now() + wait)


def import_duplicate(job: VideoJob, remote: wire.RemoteVideo) -> None:
    """Import `remote`, a second job that the provider made for the same request as `job`.

    It costs money, so it becomes a clip of its own.
    """
    remote_job = as_remote_job(job.provider, remote, timezone.now())
    remote_job.prompt = remote_job.prompt or job.prompt
    with transaction.atomic():
        # It may have been imported or found in the meantime.
        if not _insert(job.maker, job.provider, [remote_job], why=_two_clips(job)):
            return
        RemoteJob.objects.filter(provider=job.provider, remote_id=remote.id).delete()
        twin = VideoJob.objects.get(provider=job.provider, remote_id=remote.id)
        VideoJob.objects.filter(pk=twin.pk).update(price=job.price)
        _charge(twin, job, remote)
        event = {"from_status": job.status, "to_status": job.status, "why": _two_clips(twin)}
        JobEvent.objects.create(job=job, **event)


def _two_clips(other: VideoJob) -> str:
    return gettext_noop(
        "%(provider)s accepted this and answered late, so there are two clips. The other is %(id)s",
        provider=str(other.provider),
        id=str(other),
    )


def _charge(twin: VideoJob, job: VideoJob, remote: wire.RemoteVideo) -> None:
    """Add the second clip to the ledger as well."""
    twin.price, twin.project = job.price, job.project
    ledger.reserve([twin])
    if twin.status in TERMINAL:
        ledger.close(twin, JobStatus.QUEUED, cost_of(remote.raw))


# --- rows ------------------------------------------------------------------------------------


def _insert(member: Member, provider: Provider, remotes: list[RemoteJob], *, why: str = "") -> int:
    """Insert jobs with their history, skipping ids that exist; returns how many were inserted.

    With `why`, the history names no member, because the mirror imported them.
    """
    who, why = (None, why) if why else (member, _imported(provider))
    now = timezone.now()
    rows = [_job(member, provider, remote, now) for remote in remotes]
    VideoJob.objects.bulk_create(rows, ignore_conflicts=True)
    public_ids = [row.public_id for row in rows]
    inserted = VideoJob.objects.filter(public_id__in=public_ids).values_list("pk", "status")
    events = [JobEvent(job_id=pk, to_status=status, who=who, why=why) for pk, status in inserted]
    JobEvent.objects.bulk_create(events)
    return len(events)


def _imported(provider: Provider) -> str:
    return gettext_noop("Imported from %(provider)s", provider=str(provider))


def _job(member: Member, provider: Provider, remote: RemoteJob, now: datetime) -> VideoJob:
    status = JobStatus(remote.status)
    job = VideoJob(
        maker=member,
        provider=provider,
        prompt=remote.prompt or f"Unknown prompt ({remote.remote_id[:40]})",
        model=remote.model,
        size=remote.size,
        seconds=remote.seconds,
        status=status,
        progress=remote.progress,
        remote_id=remote.remote_id,
        remote_status=remote.remote_status,
        remote=remote.remote,
        # A provider's clock may be ahead of ours.
        created_at=min(remote.made_at, now),
        due_at=now,
    )
    for name, value in _finished_columns(job, remote, now).items():
        setattr(job, name, value)
    return job


def _finished_columns(job: VideoJob, remote: RemoteJob, now: datetime) -> dict[str, Any]:
    """The additional columns of a finished job. A completed one is due for download at once."""
    if job.status not in TERMINAL:
        return {}
    finished_at = min(remote.finished_at or now, now)
    if job.status != JobStatus.COMPLETED:
        message = remote.error_message or NO_REASON
        error = {"error_code": remote.error_code, "error_message": message}
        return error | {"finished_at": finished_at, "due_at": None}
    expires_at = remote.expires_at
    own = job.provider.expires_after_seconds or dialect_of(job.provider).expiry_seconds
    if expires_at is None and own:
        expires_at = finished_at + timedelta(seconds=own)
    lost = expires_at is not None and expires_at + SURELY_EXPIRED < now
    return {
        "finished_at": finished_at,
        "progress": 100,
        "expires_at": expires_at,
        "due_at": None if lost else now,
    }
