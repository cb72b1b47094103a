"""Why is a job waiting to be sent, and what can a person do about it?"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count, F
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.billing import gate
from videos.billing.gate import OverBudget
from videos.jobs.dispatch.fair_order import Served, in_send_order, last_served
from videos.jobs.dispatch.limits import full_providers
from videos.jobs.dispatch.paused_queues import Holds, holds
from videos.jobs.errors import BudgetExceeded, ValidationFailed
from videos.jobs.send_count import database_is_older
from videos.jobs.submission.extra_fields import extra_fields
from videos.jobs.submission.request import Submission
from videos.jobs.submission.retry import typed_extra
from videos.jobs.submission.submit import override_reason
from videos.jobs.submission.validate import check, enabled_models
from videos.models import (
    CatalogueModel,
    JobStatus,
    Member,
    Operation,
    Provider,
    VideoJob,
    change_unsent,
    transition,
)
from videos.models.transitions import CANCELLED_UNSENT
from videos.wire.text import gettext_noop

# Longer queues are not counted to the end.
COUNTED = 200
# How long a clip takes at a provider: the average over this time, if there are enough clips.
RECENT = timedelta(days=1)
ENOUGH = 3
RESTORED = gettext_lazy("The database was restored from a backup. This clip is checked first.")
NOT_FITTING = gettext_lazy("This model can't make the clip with these settings.")


class Reason(StrEnum):
    """Why a job is waiting to be sent."""

    OFF = "off"
    UNPROVED = "unproved"
    PAUSED = "paused"
    # An admin has paused the queue of the member or the project, or limits the member.
    HELD = "held"
    # The maker's account is deactivated.
    INACTIVE = "inactive"
    TURN = "turn"
    LIMIT = "limit"
    QUEUE = "queue"
    SENDING = "sending"


@dataclass(frozen=True)
class Wait:
    """Why a job is waiting. `ahead` is how many jobs of the same provider are sent before it.
    `starts_in` estimates how long until it is sent, from the provider's recent clips."""

    reason: Reason
    provider: Provider
    ahead: int = 0
    starts_in: timedelta | None = None


def waits_of(jobs: Iterable[VideoJob]) -> dict[int, Wait]:
    """Primary key → why the job is waiting, for those of `jobs` that aren't sent yet."""
    waiting = [job for job in jobs if is_waiting(job)]
    if not waiting:
        return {}
    providers = Provider.objects.in_bulk({job.provider_id for job in waiting})
    full = set(full_providers())
    served, held = last_served(), holds()
    queues = {pk: _queue(pk, served, held) for pk in providers}
    intervals = _intervals(providers.values())
    return {
        job.pk: _wait(
            job,
            providers[job.provider_id],
            full,
            queues[job.provider_id],
            held,
            intervals.get(job.provider_id),
        )
        for job in waiting
    }


def is_waiting(job: VideoJob) -> bool:
    """Return True if the job waits to be sent and isn't being sent now."""
    unsent = job.status == JobStatus.SUBMITTING and job.submit_started_at is None
    return unsent and not job.is_trashed


def is_unsent(job: VideoJob) -> bool:
    """Return True if nothing of the job can be at a provider."""
    return is_waiting(job) and VideoJob.objects.filter(pk=job.pk).unsent().exists()


def cancel(member: Member, job: VideoJob) -> bool:
    """Cancel a job that was not sent. False if it is already being sent; then it continues."""
    if job.status != JobStatus.SUBMITTING or database_is_older():
        return False
    return transition(
        job,
        JobStatus.CANCELLED,
        why=CANCELLED_UNSENT,
        who=member,
        unsent=True,
        attention="",
        due_at=None,
    )


def move_up(member: Member, job: VideoJob, *, up: bool = True) -> bool:
    """Send a waiting job before all others of its provider, or with `up` False in its turn again.

    False if it is already being sent; then nothing changes.
    """
    if job.status != JobStatus.SUBMITTING:
        return False
    why = gettext_noop("Moved up in the queue") if up else gettext_noop("Moved back in the queue")
    return change_unsent(job, why=why, who=member, moved_up_at=timezone.now() if up else None)


def other_models(job: VideoJob) -> list[tuple[CatalogueModel, Decimal | None]]:
    """The other models that can make the clip with the same settings, with prices."""
    if job.operation != Operation.CREATE or job.is_blind:
        return []
    current = (job.provider_id, job.model)
    models = [each for each in enabled_models() if (each.provider_id, each.model) != current]
    checks = check([_submission(job, each) for each in models]) if models else []
    return [
        (each, checked.price)
        for each, checked in zip(models, checks, strict=True)
        if not checked.errors
    ]


def move(member: Member, job: VideoJob, slug: str, override: str = "") -> bool:
    """Have another model make the clip. False if it is already being sent; then nothing changes.
    With `override`, the reason, an admin may go over a budget.

    Raises ValidationFailed if that model can't make it with the same settings, BudgetExceeded if a
    budget doesn't allow its price.
    """
    target = next((each for each, _ in other_models(job) if each.slug == slug), None)
    if target is None:
        raise ValidationFailed({"model": str(NOT_FITTING)})
    if database_is_older():
        raise ValidationFailed({"": str(RESTORED)})
    (checked,) = check([_submission(job, target)])
    changes: dict[str, Any] = {
        "provider": target.provider,
        "model": target.model,
        "extra": checked.extra,
        "price": checked.price,
        "due_at": timezone.now(),
        "attempts": 0,
        "attention": "",
    }
    why = gettext_noop(
        "Moved to %(model)s at %(provider)s before it was sent",
        model=target.label,
        provider=str(target.provider),
    )
    moved = copy(job)
    moved.price = checked.price
    try:
        with transaction.atomic():
            allowed = gate.admit_with_reason(
                member, [job], override_reason(override), lambda: gate.admit_move(moved)
            )
            return change_unsent(
                job, why=gate.why_allowed(why, allowed), who=member, override=allowed, **changes
            )
    except OverBudget as refusal:
        raise BudgetExceeded(refusal, member) from refusal


def _wait(
    job: VideoJob,
    provider: Provider,
    full: set[int],
    queue: Sequence[int],
    held: Holds,
    interval: timedelta | None,
) -> Wait:
    ahead = queue.index(job.pk) if job.pk in queue else len(queue)
    starts_in = interval * (ahead + 1) if interval and ahead < COUNTED else None
    if not provider.enabled:
        return Wait(Reason.OFF, provider)
    if provider.proved_at is None:
        return Wait(Reason.UNPROVED, provider)
    if provider.is_paused or provider.is_unreachable:
        return Wait(Reason.PAUSED, provider)
    if held.is_inactive(job):
        return Wait(Reason.INACTIVE, provider)
    if held.is_paused(job):
        return Wait(Reason.HELD, provider)
    if held.is_full(job):
        return Wait(Reason.TURN, provider)
    if provider.pk in full:
        return Wait(Reason.LIMIT, provider, ahead, starts_in)
    if ahead:
        return Wait(Reason.QUEUE, provider, ahead, starts_in)
    return Wait(Reason.SENDING, provider)


def _intervals(providers: Iterable[Provider]) -> dict[int, timedelta]:
    """Provider with a limit → average time between two sends while its queue is full.
    Providers with too few recent clips are left out. One query."""
    limited = {each.pk: each for each in providers if each.max_jobs is not None}
    intervals = {
        each.pk: timedelta(minutes=1) / each.max_creates_per_minute
        for each in providers
        if each.max_creates_per_minute
    }
    if limited:
        recent = VideoJob.objects.filter(
            provider__in=limited,
            submit_started_at__gt=timezone.now() - RECENT,
            status=JobStatus.COMPLETED,
        )
        took = Avg(F("finished_at") - F("submit_started_at"))
        rows = recent.order_by().values("provider").annotate(took=took, count=Count("pk"))
        for row in rows.filter(count__gte=ENOUGH):
            places = limited[row["provider"]].max_jobs
            by_places = row["took"] / places
            intervals[row["provider"]] = max(by_places, intervals.get(row["provider"], by_places))
    return intervals


def _queue(provider: int, served: Served, held: Holds) -> list[int]:
    """The provider's jobs in the order in which the mirror sends them, without those that can't be
    sent now."""
    due = VideoJob.objects.waiting().filter(provider=provider, due_at__lte=timezone.now())
    rows = in_send_order(held.not_held(due), served).values_list("pk", "maker")
    queue, free_slots = [], dict(held.free_slots)
    for pk, maker in rows[:COUNTED]:
        if free_slots.get(maker, 1) > 0:
            queue.append(pk)
        if maker in free_slots:
            free_slots[maker] -= 1
    return queue


def _submission(job: VideoJob, target: CatalogueModel) -> Submission:
    extra = typed_extra(job)
    if job.takes > 1 and not any(field.name == "seed" for field in extra_fields(target.provider)):
        # The seed was added to make the takes differ.
        extra.pop("seed", None)
    return Submission(
        prompt=job.prompt,
        model=target.slug,
        size=job.size,
        seconds=job.seconds,
        key=job.submission_key,
        # The check only needs to know whether there is one.
        reference=b"" if job.reference else None,
        characters=job.characters,
        extra=extra,
    )
