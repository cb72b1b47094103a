"""How many jobs may a provider have at a time?

Limits are enforced by counting rows, so they hold for any number of mirrors. A mirror locks the
provider's row, counts, and commits that it is sending before another mirror can count.
"""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from videos.jobs.providers.clients import create_timeout
from videos.models import UNFINISHED, JobStatus, Provider, VideoJob
from videos.models.lease import shared_now

MINUTE = timedelta(minutes=1)
UNDER_WAY = (JobStatus.UNSURE, JobStatus.QUEUED, JobStatus.IN_PROGRESS)


def full_providers() -> list[int]:
    """Providers that have reached a limit, so that their waiting jobs don't block other jobs."""
    return [
        provider for provider, free_slots in free_slots_of_providers().items() if free_slots <= 0
    ]


def free_slots_of_providers() -> dict[int, int]:
    """Provider with a limit → how many more jobs may be sent now."""
    limited = Provider.objects.filter(
        Q(max_jobs__isnull=False) | Q(max_creates_per_minute__isnull=False), enabled=True
    )
    if not (providers := list(limited)):
        return {}
    now = shared_now()
    return {provider.pk: _free_slots(provider, now) for provider in providers}


def may_send(provider: Provider) -> bool:
    """Return True if one more job may be sent. Call it in the transaction that records the send."""
    if provider.max_jobs is None and provider.max_creates_per_minute is None:
        return True
    # SQLite needs no row lock: transactions begin IMMEDIATE, so this one has the write lock.
    held = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    return _free_slots(held, shared_now()) > 0


def under_way(provider: Provider, now: datetime) -> int:
    """How many of our jobs the provider has, as far as we know.

    Jobs that wait for a decision (no `due_at`) don't count, because they may wait forever.
    """
    # Sends that began earlier than this have ended, with or without success.
    earliest = now - timedelta(seconds=create_timeout(provider)) - MINUTE
    running = Q(status__in=UNDER_WAY, due_at__isnull=False)
    sending = Q(status=JobStatus.SUBMITTING, submit_started_at__gt=earliest)
    # One query: with two, a job accepted in between would be missed by both.
    return VideoJob.objects.filter(running | sending, provider=provider).count()


def unfinished_by_provider() -> dict[int, int]:
    """Provider → number of unfinished jobs, sent or not, without those that need a decision."""
    rows = VideoJob.objects.filter(status__in=UNFINISHED, due_at__isnull=False)
    return dict(rows.values_list("provider").annotate(Count("pk")).order_by())


def _free_slots(provider: Provider, now: datetime) -> int:
    """How many more jobs may be sent to a provider with a limit."""
    free_slots = []
    if provider.max_jobs is not None:
        free_slots.append(provider.max_jobs - under_way(provider, now))
    if provider.max_creates_per_minute is not None and (not free_slots or free_slots[0] > 0):
        sent = VideoJob.objects.filter(provider=provider, submit_started_at__gt=now - MINUTE)
        free_slots.append(provider.max_creates_per_minute - sent.count())
    return min(free_slots)
