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
from videos.jobs.sync.refresh import refresh
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
from videos.models.job import RUNNING
from videos.models.lease import LeasedQuerySet
from videos.notices.deliver import deliver, due_mail, due_pushes
from videos.notices.plan_deliveries import due_notices, plan_deliveries
from videos.notices.webhooks import due_webhooks, send_webhook
from videos.review.bulk.work import due_runs, work

FETCH = "fetch"
# How many rows are counted to see whose finished clips pile up.
PILE_COUNTED = 500

Query = Callable[[datetime], LeasedQuerySet[Any]]
Condition = Callable[[datetime], Q]
Step = Callable[[Any], None]


@dataclass(frozen=True)
class Lane:
    """Rows of one kind of step. `share` is the part of the threads that it may use at once.

    `waiting` finds the rows whose time has come, `allowed` those whose provider can be asked. A
    `fast` lane is checked several times a second. An `is_slow` lane, whose steps may take
    minutes, leaves a third of the threads to the others. `narrow` filters the due rows down to
    those with free slots. A lane that `buys` skips providers whose finished clips pile up.
    """

    name: str
    waiting: Query
    step: Step
    allowed: Condition = lambda now: Q()
    fast: bool = False
    is_slow: bool = False
    share: float = 1.0
    buys: bool = False
    narrow: Callable[[LeasedQuerySet[Any]], LeasedQuerySet[Any]] = lambda rows: rows

    def due(self, now: datetime) -> LeasedQuerySet[Any]:
        """The rows that a step may be taken for."""
        return self.waiting(now).filter(self.allowed(now))

    def is_empty(self, now: datetime) -> bool:
        """Return True if certainly nothing is due. This costs a thirtieth of a claim where nothing
        waits, as it mostly is."""
        return not self.waiting(now).exists() or not self.due(now).exists()


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


def _waiting_sends(now: datetime) -> LeasedQuerySet[VideoJob]:
    """Rows to be sent."""
    return due_jobs(now, JobStatus.SUBMITTING).live().order_by("due_at")


def _waiting_polls(*statuses: JobStatus) -> Query:
    """A query for rows of these statuses that are to be polled, the longest due first."""
    return lambda now: due_jobs(now, *statuses).order_by("due_at")


def _waiting_archives(now: datetime) -> LeasedQuerySet[VideoJob]:
    """Completed rows to be downloaded, the next to expire first, and archived rows without
    pictures."""
    order = (F("archived_at").asc(nulls_first=True), F("expires_at").asc(nulls_last=True), "due_at")
    return due_jobs(now, JobStatus.COMPLETED).order_by(*order)


def _may_download(now: datetime) -> Q:
    """The provider is reachable, or the clip is here and only lacks its pictures."""
    return _reachable(now) | Q(archived_at__isnull=False)


def piling_up(now: datetime, at_least: int) -> list[int]:
    """Providers with at least this many finished clips that wait for a thread.

    Buying more clips would make these wait longer, and some would expire.
    """
    rows = _waiting_archives(now).filter(_may_download(now)).free()
    rows = rows.select_related(None).order_by()
    counts = Counter(rows.values_list("provider_id", flat=True)[:PILE_COUNTED])
    return [provider for provider, count in counts.items() if count >= at_least]


def _waiting_deletions(now: datetime) -> LeasedQuerySet[RemoteDeletion]:
    rows = RemoteDeletion.objects.filter(due_at__lte=now)
    return rows.select_related("provider").order_by("due_at")


def _waiting_characters(now: datetime) -> LeasedQuerySet[Character]:
    rows = Character.objects.filter(due_at__lte=now, status=CharacterStatus.SUBMITTING)
    return rows.select_related("provider").order_by("due_at")


def _waiting_providers(now: datetime) -> LeasedQuerySet[Provider]:
    """Providers whose models are to be read."""
    return Provider.objects.filter(enabled=True, due_at__lte=now).order_by("due_at")


def _may_read_models(now: datetime) -> Q:
    """It may be polled. A new provider is tested first."""
    return _may_poll(now, prefix="") & ~Q(proved_at=None, probe_due_at__lte=now)


def _waiting_listings(now: datetime) -> LeasedQuerySet[Listing]:
    """Provider lists to be read; a long one continues where it stopped."""
    return Listing.objects.filter(due_at__lte=now).select_related("provider").order_by("due_at")


def _waiting_import_requests(now: datetime) -> LeasedQuerySet[ImportRequest]:
    rows = ImportRequest.objects.filter(due_at__lte=now)
    return rows.select_related("provider", "member").order_by("due_at")


def _due_probes(now: datetime) -> LeasedQuerySet[Provider]:
    """Providers to be tested, including paused ones and those that are turned off."""
    return Provider.objects.filter(probe_due_at__lte=now).order_by("probe_due_at")


# Jobs that their providers are working on.
REFRESH = Lane("refresh", _waiting_polls(*RUNNING), refresh, _may_poll)


def lanes(fetch: Step) -> tuple[Lane, ...]:
    """All lanes except that of running jobs, which are polled together. `fetch` is the download
    step, which the worker can interrupt."""
    return (
        # First, because finished clips expire and prompts don't.
        Lane(FETCH, _waiting_archives, fetch, _may_download, fast=True, share=0.5),
        # A create may take minutes and must not keep finished clips from being downloaded.
        Lane(
            "send",
            _waiting_sends,
            send,
            _may_create,
            fast=True,
            is_slow=True,
            buys=True,
            narrow=next_to_send,
        ),
        Lane("purge", due_purges, purge),
        Lane("adopt", _waiting_polls(JobStatus.UNSURE), adopt, _may_poll),
        Lane("deletion", _waiting_deletions, delete_at_provider, _may_poll, share=0.5),
        Lane("character", _waiting_characters, send_character, _may_create, fast=True, share=0.2),
        Lane("probe", _due_probes, probe, fast=True, share=0.2),
        Lane("catalogue", _waiting_providers, read_catalogue, _may_read_models),
        Lane("listing", _waiting_listings, read_list, _may_poll, fast=True, share=0.2),
        Lane("bulk", due_runs, work, fast=True, share=0.2),
        Lane("notice", due_notices, plan_deliveries, share=0.2),
        Lane("message", due_mail, deliver, share=0.2),
        Lane("push", due_pushes, deliver, share=0.2),
        Lane("webhook", due_webhooks, send_webhook, share=0.2),
        Lane(
            "import_request",
            _waiting_import_requests,
            answer_import_request,
            _may_poll,
            fast=True,
            share=0.5,
        ),
    )
