"""Which rows are due, and what is the one next step of each?

Each lane is a query and a step; the steps are the use cases of `jobs`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from videos.jobs.catalogue.sync import read_catalogue
from videos.jobs.characters.send import send_character
from videos.jobs.deletion.trash import delete_at_provider, due_purges, purge
from videos.jobs.dispatch.fair_order import next_to_send
from videos.jobs.dispatch.reconcile import adopt
from videos.jobs.dispatch.send import send
from videos.jobs.providers.capabilities import probe
from videos.jobs.remote.import_jobs import answer_import_request
from videos.jobs.remote.read_list import read_list
from videos.models import (
    Character,
    CharacterStatus,
    ImportRequest,
    JobStatus,
    Listing,
    Provider,
    RemoteDeletion,
    VideoJob,
    due_jobs,
)
from videos.models.lease import LeasedQuerySet
from videos.notices.deliver import deliver, due_mail, due_pushes
from videos.notices.plan_deliveries import due_notices, plan_deliveries
from videos.notices.webhooks import due_webhooks, send_webhook
from videos.review.bulk.work import due_runs, work

FETCH = "fetch"
# How many rows are counted to see whose finished clips pile up.
PILE_COUNTED = 500

Query = Callable[[datetime], LeasedQuerySet[Any]]
Step = Callable[[Any], None]


@dataclass(frozen=True)
class Lane:
    """Rows of one kind of step. `share` is the part of the threads that it may use at once.

    A `fast` lane is checked several times a second. An `is_slow` lane, whose steps may take
    minutes, leaves a third of the threads to the others. `narrow` filters the due rows down to
    those with free slots. A lane that `buys` skips providers whose finished clips pile up.
    """

    name: str
    due: Query
    step: Step
    fast: bool = False
    is_slow: bool = False
    share: float = 1.0
    buys: bool = False
    narrow: Callable[[LeasedQuerySet[Any]], LeasedQuerySet[Any]] = lambda rows: rows

    def is_empty(self, now: datetime) -> bool:
        """Return True if certainly nothing is due. This costs a tenth of a claim."""
        return not self.due(now).exists()


def _reachable(now: datetime, prefix: str = "provider__") -> Q:
    """The provider is in use, or turned off for new clips only, and its connection isn't dead."""
    in_use = Q(**{f"{prefix}enabled": True}) | Q(**{f"{prefix}turned_off": True})
    return in_use & _is_over(f"{prefix}calls_after", now)


def _may_poll(now: datetime, prefix: str = "provider__") -> Q:
    """It may be polled. A pause of creates doesn't matter for that."""
    return _reachable(now, prefix) & _is_over(f"{prefix}polls_after", now)


def _may_create(now: datetime) -> Q:
    """It accepts new jobs."""
    running = Q(provider__paused_at=None) | Q(provider__paused_until__lte=now)
    is_proved = Q(provider__enabled=True, provider__proved_at__isnull=False)
    return running & _is_over("provider__calls_after", now) & is_proved


def _is_over(field: str, now: datetime) -> Q:
    return Q(**{field: None}) | Q(**{f"{field}__lte": now})


def _due_sends(now: datetime) -> LeasedQuerySet[VideoJob]:
    """Rows to be sent, of providers that accept new jobs."""
    rows = due_jobs(now, JobStatus.SUBMITTING).live().filter(_may_create(now))
    return rows.order_by("due_at")


def due_with(*statuses: JobStatus) -> Query:
    """A query for rows of these statuses that are due to be polled, the longest due first."""

    def query(now: datetime) -> LeasedQuerySet[VideoJob]:
        return due_jobs(now, *statuses).filter(_may_poll(now)).order_by("due_at")

    return query


def _due_archives(now: datetime) -> LeasedQuerySet[VideoJob]:
    """Completed rows to be downloaded, the next to expire first, and archived rows without
    pictures, which need no provider."""
    rows = due_jobs(now, JobStatus.COMPLETED)
    order = (F("archived_at").asc(nulls_first=True), F("expires_at").asc(nulls_last=True), "due_at")
    return rows.filter(_reachable(now) | Q(archived_at__isnull=False)).order_by(*order)


def piling_up(now: datetime, at_least: int) -> list[int]:
    """Providers with at least this many finished clips that wait for a thread.

    Buying more clips would make these wait longer, and some would expire.
    """
    rows = _due_archives(now).free().select_related(None).order_by()
    counts = Counter(rows.values_list("provider_id", flat=True)[:PILE_COUNTED])
    return [provider for provider, count in counts.items() if count >= at_least]


def _due_deletions(now: datetime) -> LeasedQuerySet[RemoteDeletion]:
    rows = RemoteDeletion.objects.filter(_may_poll(now), due_at__lte=now)
    return rows.select_related("provider").order_by("due_at")


def _due_characters(now: datetime) -> LeasedQuerySet[Character]:
    rows = Character.objects.filter(
        _may_create(now), due_at__lte=now, status=CharacterStatus.SUBMITTING
    )
    return rows.select_related("provider").order_by("due_at")


def _due_providers(now: datetime) -> LeasedQuerySet[Provider]:
    """Providers whose models are to be read. A new provider is tested first."""
    rows = Provider.objects.filter(_may_poll(now, prefix=""), enabled=True, due_at__lte=now)
    return rows.exclude(proved_at=None, probe_due_at__lte=now).order_by("due_at")


def _due_listings(now: datetime) -> LeasedQuerySet[Listing]:
    """Provider lists to be read; a long one continues where it stopped."""
    rows = Listing.objects.filter(_may_poll(now), due_at__lte=now)
    return rows.select_related("provider").order_by("due_at")


def _due_import_requests(now: datetime) -> LeasedQuerySet[ImportRequest]:
    rows = ImportRequest.objects.filter(_may_poll(now), due_at__lte=now)
    return rows.select_related("provider", "member").order_by("due_at")


def _due_probes(now: datetime) -> LeasedQuerySet[Provider]:
    """Providers to be tested, including paused ones and those that are turned off."""
    return Provider.objects.filter(probe_due_at__lte=now).order_by("probe_due_at")


def lanes(fetch: Step) -> tuple[Lane, ...]:
    """All lanes except that of running rows, which are polled together. `fetch` is the download
    step, which the worker can interrupt."""
    return (
        # First, because finished clips expire and prompts don't.
        Lane(FETCH, _due_archives, fetch, fast=True, share=0.5),
        # A create may take minutes and must not keep finished clips from being downloaded.
        Lane("send", _due_sends, send, fast=True, is_slow=True, buys=True, narrow=next_to_send),
        Lane("purge", due_purges, purge),
        Lane("adopt", due_with(JobStatus.UNSURE), adopt),
        Lane("deletion", _due_deletions, delete_at_provider, share=0.5),
        Lane("character", _due_characters, send_character, fast=True, share=0.2),
        Lane("probe", _due_probes, probe, fast=True, share=0.2),
        Lane("catalogue", _due_providers, read_catalogue),
        Lane("listing", _due_listings, read_list, fast=True, share=0.2),
        Lane("bulk", due_runs, work, fast=True, share=0.2),
        Lane("notice", due_notices, plan_deliveries, share=0.2),
        Lane("message", due_mail, deliver, share=0.2),
        Lane("push", due_pushes, deliver, share=0.2),
        Lane("webhook", due_webhooks, send_webhook, share=0.2),
        Lane("import_request", _due_import_requests, answer_import_request, fast=True, share=0.5),
    )
