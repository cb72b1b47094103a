"""Which rows are due, and what is the one next step of each?

Each lane is a query and a step; the steps are the use cases of `jobs`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from videos import jobs
from videos.models import (
    Character,
    CharacterStatus,
    Inquiry,
    JobStatus,
    Listing,
    Provider,
    RemoteDeletion,
    VideoJob,
)
from videos.models.lease import LeasedQuerySet

Query = Callable[[datetime], LeasedQuerySet[Any]]
Step = Callable[[Any], None]


@dataclass(frozen=True)
class Lane:
    """Rows of one kind of step. `share` is the part of the threads it may fill at once.

    A `fast` lane is looked at several times a second. `narrow` leaves out of what is due what has
    to wait for room.
    """

    name: str
    due: Query
    step: Step
    fast: bool = False
    share: float = 1.0
    narrow: Callable[[LeasedQuerySet[Any]], LeasedQuerySet[Any]] = lambda rows: rows

    def is_empty(self, now: datetime) -> bool:
        """Surely nothing due? A glance, where there is one: it costs a tenth of a claim."""
        return self.fast and not self.due(now).exists()


def _well(now: datetime) -> Q:
    """The provider is not paused, and enabled or only turned off for what is new."""
    running = Q(provider__paused_at=None) | Q(provider__paused_until__lte=now)
    return running & (Q(provider__enabled=True) | Q(provider__turned_off=True))


def _due_sends(now: datetime) -> LeasedQuerySet[VideoJob]:
    """Rows to be sent, to providers that take new ones."""
    return due_with(JobStatus.SUBMITTING)(now).filter(trashed_at=None, provider__enabled=True)


def _with_room(rows: LeasedQuerySet[VideoJob]) -> LeasedQuerySet[VideoJob]:
    """Those of providers that take one more just now."""
    full = jobs.full_providers()
    return rows.exclude(provider__in=full) if full else rows


def due_with(*statuses: JobStatus) -> Query:
    """Rows of these statuses whose time has come, the longest due first."""

    def query(now: datetime) -> LeasedQuerySet[VideoJob]:
        rows = VideoJob.objects.filter(_well(now), status__in=statuses, due_at__lte=now)
        return rows.select_related("provider", "source").order_by("due_at")

    return query


def _due_archives(now: datetime) -> LeasedQuerySet[VideoJob]:
    """Completed rows without a copy here, the nearest to expire first; and those that only lack
    pictures, which needs no provider."""
    rows = VideoJob.objects.filter(
        _well(now) | Q(archived_at__isnull=False), status=JobStatus.COMPLETED, due_at__lte=now
    )
    order = (F("expires_at").asc(nulls_last=True), "due_at")
    return rows.select_related("provider", "source").order_by(*order)


def _due_purges(now: datetime) -> LeasedQuerySet[VideoJob]:
    rows = VideoJob.objects.filter(purge_at__lte=now - jobs.PURGE_MARGIN)
    return rows.select_related("provider").order_by("purge_at")


def _due_deletions(now: datetime) -> LeasedQuerySet[RemoteDeletion]:
    rows = RemoteDeletion.objects.filter(_well(now), due_at__lte=now)
    return rows.select_related("provider").order_by("due_at")


def _due_characters(now: datetime) -> LeasedQuerySet[Character]:
    rows = Character.objects.filter(
        _well(now), due_at__lte=now, status=CharacterStatus.SUBMITTING, provider__enabled=True
    )
    return rows.select_related("provider").order_by("due_at")


def _due_providers(now: datetime) -> LeasedQuerySet[Provider]:
    paused = Q(paused_at__isnull=False) & (Q(paused_until=None) | Q(paused_until__gt=now))
    rows = Provider.objects.filter(enabled=True, due_at__lte=now).exclude(paused)
    return rows.order_by("due_at")


def _due_listings(now: datetime) -> LeasedQuerySet[Listing]:
    """Lists to be read; one that is long goes on where it was."""
    rows = Listing.objects.filter(_well(now), due_at__lte=now)
    return rows.select_related("provider").order_by("due_at")


def _due_inquiries(now: datetime) -> LeasedQuerySet[Inquiry]:
    rows = Inquiry.objects.filter(_well(now), due_at__lte=now)
    return rows.select_related("provider", "member").order_by("due_at")


def _due_probes(now: datetime) -> LeasedQuerySet[Provider]:
    """Providers that somebody wants tested, also those that are paused or off."""
    return Provider.objects.filter(probe_due_at__lte=now).order_by("probe_due_at")


def lanes(fetch: Step) -> tuple[Lane, ...]:
    """All but that of running rows, which go to their provider together. `fetch` is a step that the
    worker may interrupt."""
    return (
        Lane("send", _due_sends, jobs.send, fast=True, narrow=_with_room),
        Lane("purge", _due_purges, jobs.purge),
        Lane("adopt", due_with(JobStatus.UNSURE), jobs.adopt),
        Lane("fetch", _due_archives, fetch, fast=True, share=0.5),
        Lane("deletion", _due_deletions, jobs.delete_at_provider, share=0.5),
        Lane("character", _due_characters, jobs.send_character, fast=True, share=0.2),
        Lane("probe", _due_probes, jobs.probe, fast=True, share=0.2),
        Lane("catalogue", _due_providers, jobs.read_catalogue),
        Lane("listing", _due_listings, jobs.read_list, fast=True, share=0.2),
        Lane("inquiry", _due_inquiries, jobs.ask_for, fast=True, share=0.5),
    )
