"""How does a job that a provider has become one of ours? Nothing is ever sent for that."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from videos import wire
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.clients import client_for, dialect_of, note_failure, note_success
from videos.jobs.remote.record import ids_here, may_be_ours, note_of, offered
from videos.jobs.retry import IMPORT
from videos.jobs.sanitize import NO_REASON, plain
from videos.models import (
    TERMINAL,
    Hidden,
    Inquiry,
    JobEvent,
    JobStatus,
    Member,
    Provider,
    RemoteJob,
    VideoJob,
)
from videos.provider.errors import NotFound, NotOffered, ProviderError, Refused

MAX_PASTED = 200
# A clip that has expired for longer than clocks may differ is not asked for: it is lost.
SURELY_EXPIRED = timedelta(hours=2)


def import_jobs(member: Member, provider: Provider, rows: QuerySet[RemoteJob]) -> int:
    """Make jobs of ours from `rows`, as far as they are offered; returns how many were made.

    All of them or none. Another's import, or a job that finds itself at this moment, may be
    faster with an id: the constraint lets one through, and that one is not counted here.
    """
    with transaction.atomic():
        chosen = offered(provider).filter(pk__in=rows.values("pk"))
        # Held in the order in which a reading of the list writes them, too.
        remotes = list(chosen.order_by("pk").select_for_update())
        # The oldest first: ids grow, and lists show the greatest id on top.
        remotes.sort(key=lambda remote: (remote.made_at, remote.pk))
        made = _make(member, provider, remotes)
        here = ids_here(provider, (remote.remote_id for remote in remotes))
        RemoteJob.objects.filter(provider=provider, remote_id__in=here).delete()
    return made


def ignore(provider: Provider, rows: QuerySet[RemoteJob]) -> int:
    """Offer them no more, until somebody asks for them again; returns how many."""
    return _hide(provider, rows, Hidden.NO, Hidden.IGNORED)


def offer_again(provider: Provider, rows: QuerySet[RemoteJob]) -> int:
    """Offer what was ignored; returns how many."""
    return _hide(provider, rows, Hidden.IGNORED, Hidden.NO)


def _hide(provider: Provider, rows: QuerySet[RemoteJob], was: Hidden, now: Hidden) -> int:
    mine = RemoteJob.objects.filter(provider=provider, hidden=was, pk__in=rows.values("pk"))
    return mine.update(hidden=now)


# --- by id -----------------------------------------------------------------------------------


def inquire(member: Member, provider: Provider, text: str) -> int:
    """Have the mirror ask for the ids in `text`, one a line; returns how many. ValidationFailed."""
    ids = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not ids:
        raise ValidationFailed({"ids": "Paste the ids of jobs at the provider, one a line."})
    if len(ids) > MAX_PASTED:
        raise ValidationFailed({"ids": f"At most {MAX_PASTED} ids at a time."})
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and wire.as_id(line.strip()) is None:
            raise ValidationFailed({"ids": f"Line {number} isn't a valid ID."})
    asked = {"member": member, "due_at": timezone.now(), "outcome": "", "job": None}
    asked |= {"attempts": 0, "claims": 0, "lease_token": "", "lease_until": None}
    with transaction.atomic():
        for each in ids:
            Inquiry.objects.update_or_create(provider=provider, remote_id=each, defaults=asked)
    return len(ids)


def forget_inquiries(provider: Provider) -> None:
    """Clear away the answers; what is still being asked for stays."""
    Inquiry.objects.filter(provider=provider, due_at=None).delete()


def ask_for(inquiry: Inquiry) -> None:
    """One step of the mirror: retrieve the id, and import what is there."""
    provider = inquiry.provider
    if poison := IMPORT.poison(inquiry):
        inquiry.write_back(due_at=None, outcome=poison)
        return
    if ids_here(provider, [inquiry.remote_id]):
        _already_here(inquiry)
        return
    try:
        remote = client_for(provider).retrieve(inquiry.remote_id)
    except (NotFound, Refused, NotOffered) as error:
        note_success(provider)
        known = "does not know this id" if isinstance(error, NotFound) else "refuses this id"
        inquiry.write_back(due_at=None, outcome=f"{provider} {known}: {plain(error.message)}"[:600])
    except ProviderError as error:
        note_failure(provider, error)
        _ask_later(inquiry, error)
    else:
        note_success(provider)
        if (ours := may_be_ours(provider, remote)) is not None:
            words = "It may be a clip of ours that is still being looked for. Decide there."
            inquiry.write_back(due_at=None, outcome=words, job=ours)
            return
        # Polled with the id that was pasted: some servers answer with another each time.
        found = note_of(provider, remote, timezone.now())
        found.remote_id = inquiry.remote_id
        _take(inquiry, found)


def _take(inquiry: Inquiry, found: RemoteJob) -> None:
    with transaction.atomic():
        if not inquiry.is_held():
            return
        made = _make(inquiry.member, inquiry.provider, [found])
        RemoteJob.objects.filter(provider=inquiry.provider, remote_id=found.remote_id).delete()
        if made:
            inquiry.write_back(due_at=None, outcome="Imported", job=_job_of(inquiry))
    if not made:
        _already_here(inquiry)


def _already_here(inquiry: Inquiry) -> None:
    job = _job_of(inquiry)
    words = "It is here already" if job else "It was deleted here, and is being deleted there"
    inquiry.write_back(due_at=None, outcome=words, job=job)


def _job_of(inquiry: Inquiry) -> VideoJob | None:
    rows = VideoJob.objects.filter(provider=inquiry.provider, remote_id=inquiry.remote_id)
    return rows.first()


def _ask_later(inquiry: Inquiry, error: ProviderError) -> None:
    attempts = inquiry.attempts + 1
    if IMPORT.is_over(attempts) and not error.needs_admin:
        words = f"No answer: {plain(error.message)}"
        inquiry.write_back(due_at=None, attempts=attempts, outcome=words[:600])
    else:
        wait = IMPORT.wait(attempts)
        inquiry.write_back(attempts=attempts, due_at=timezone.now() + wait)


def take_second(job: VideoJob, remote: wire.RemoteVideo) -> None:
    """`remote` was made of a row that something else has become of since: another job of it, or
    its end. It is paid, so it stands beside the row as a clip of its own."""
    found = note_of(job.provider, remote, timezone.now())
    found.prompt = found.prompt or job.prompt
    late = f"{job.provider} took it and answered late, so there are two: the other is"
    with transaction.atomic():
        # Unless it has been imported or found by itself meanwhile.
        if not _make(job.maker, job.provider, [found], why=f"{late} {job}"):
            return
        RemoteJob.objects.filter(provider=job.provider, remote_id=remote.id).delete()
        twin = VideoJob.objects.get(provider=job.provider, remote_id=remote.id)
        VideoJob.objects.filter(pk=twin.pk).update(price=job.price)
        told = {"from_status": job.status, "to_status": job.status, "why": f"{late} {twin}"}
        JobEvent.objects.create(job=job, **told)


# --- rows ------------------------------------------------------------------------------------


def _make(member: Member, provider: Provider, remotes: list[RemoteJob], *, why: str = "") -> int:
    """Insert jobs with their history; an id that is here already is passed over. With `why` it is
    not the member who does it, but the mirror."""
    who, why = (None, why) if why else (member, f"Imported from {provider}")
    now = timezone.now()
    rows = [_job(member, provider, remote, now) for remote in remotes]
    VideoJob.objects.bulk_create(rows, ignore_conflicts=True)
    public_ids = [row.public_id for row in rows]
    made = VideoJob.objects.filter(public_id__in=public_ids).values_list("pk", "status")
    events = [JobEvent(job_id=pk, to_status=status, who=who, why=why) for pk, status in made]
    JobEvent.objects.bulk_create(events)
    return len(events)


def _job(member: Member, provider: Provider, remote: RemoteJob, now: datetime) -> VideoJob:
    status = JobStatus(remote.status)
    job = VideoJob(
        maker=member,
        provider=provider,
        prompt=remote.prompt or f"Prompt not known ({remote.remote_id[:40]})",
        model=remote.model,
        size=remote.size,
        seconds=remote.seconds,
        status=status,
        progress=remote.progress,
        remote_id=remote.remote_id,
        remote_status=remote.remote_status,
        remote=remote.remote,
        # A provider whose clock runs ahead made nothing in our future.
        created_at=min(remote.made_at, now),
        due_at=now,
    )
    for name, value in _ending(job, remote, now).items():
        setattr(job, name, value)
    return job


def _ending(job: VideoJob, remote: RemoteJob, now: datetime) -> dict[str, Any]:
    """What a finished job has besides; a completed one is due for the archive at once."""
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
