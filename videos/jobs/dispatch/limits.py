"""How much does a provider take at a time?

The limits are counted over the rows, so that they hold for any number of mirrors: who is about to
send holds the provider's row, counts, and commits that it sends before anybody else counts.
"""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from videos.jobs.providers.clients import create_timeout
from videos.models import UNFINISHED, JobStatus, Provider, VideoJob
from videos.models.lease import shared_now

MINUTE = timedelta(minutes=1)
UNDER_WAY = (JobStatus.UNSURE, JobStatus.QUEUED, JobStatus.IN_PROGRESS)


def full_providers() -> list[int]:
    """Whose waiting jobs are left alone just now, so that they do not stand before the others'."""
    return [provider for provider, room in free_places().items() if room <= 0]


def free_places() -> dict[int, int]:
    """Provider with a limit → how many more jobs it takes just now."""
    limited = Provider.objects.filter(
        Q(max_jobs__isnull=False) | Q(max_creates_per_minute__isnull=False), enabled=True
    )
    if not (found := list(limited)):
        return {}
    now = shared_now()
    return {provider.pk: _room(provider, now) for provider in found}


def may_send(provider: Provider) -> bool:
    """Is there room for one more? Ask in the transaction that also writes down the sending."""
    if provider.max_jobs is None and provider.max_creates_per_minute is None:
        return True
    # SQLite has its one write lock by now: transactions begin IMMEDIATE.
    held = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    return _room(held, shared_now()) > 0


def under_way(provider: Provider, now: datetime) -> int:
    """How many jobs the provider has of us, as far as we know.

    What waits for a person (no `due_at`) holds no place: it might wait for ever.
    """
    # What began before that has ended, well or badly.
    earliest = now - timedelta(seconds=create_timeout(provider)) - MINUTE
    running = Q(status__in=UNDER_WAY, due_at__isnull=False)
    sending = Q(status=JobStatus.SUBMITTING, submit_started_at__gt=earliest)
    # One query: a job that is accepted between two would be counted by neither.
    return VideoJob.objects.filter(running | sending, provider=provider).count()


def unfinished_by_provider() -> dict[int, int]:
    """Provider → how many jobs it still has before it, sent or not; those that wait for a person
    are left out."""
    rows = VideoJob.objects.filter(status__in=UNFINISHED, due_at__isnull=False)
    return dict(rows.values_list("provider").annotate(Count("pk")).order_by())


def _room(provider: Provider, now: datetime) -> int:
    """How many more jobs a provider with a limit takes."""
    room = []
    if provider.max_jobs is not None:
        room.append(provider.max_jobs - under_way(provider, now))
    if provider.max_creates_per_minute is not None and (not room or room[0] > 0):
        sent = VideoJob.objects.filter(provider=provider, submit_started_at__gt=now - MINUTE)
        room.append(provider.max_creates_per_minute - sent.count())
    return min(room)
