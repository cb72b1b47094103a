"""Which rows are due, and what is the one next step of each?

Level-triggered: only the rows' present state counts, so a mirror may be killed at any line and
any number may run. Each lane is a query and a step; the steps are the use cases of `jobs`.
"""

import logging
import os
import random
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Event
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.db.models import F, Q
from django.utils import timezone

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
from videos.models.job import RUNNING
from videos.models.lease import Leased, LeasedQuerySet, lease_end
from videos.models.prepared import SOME_TIME, Prepared

log = logging.getLogger(__name__)

SLOW_EVERY = 1.0
BEAT_EVERY = 5.0
# One list call tells of a hundred, so all of a provider's running rows are claimed at once.
BATCH = 10_000
# The part of the threads that may ask one provider for its jobs by id.
ASKING = 0.34
# The longest that a database which is away is left alone, in seconds.
LONGEST_PAUSE = 10.0
SHUTDOWN_SECONDS = 4.0  # `manage.py run` kills after five
POISON = "Taking this job's next step failed {claims} times in a row. Look at the mirror's log."

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
        return self.fast and self._glance.row(now) is None

    @cached_property
    def _glance(self) -> Prepared[Any]:
        return Prepared(lambda now: self.due(now).order_by().values_list("pk")[:1], SOME_TIME)


class Mirror:
    """One worker process. `run` goes round until `keep_going` says no."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = Event()
        self.threads = settings.MIRROR_THREADS
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="mirror")
        self.flying: dict[str, dict[Future[None], Leased]] = {}
        self.next_slow = self.next_beat = self.next_renewal = 0.0
        self.last_beat: datetime | None = None
        self.lanes = (
            Lane("send", _due_sends, jobs.send, fast=True, narrow=_with_room),
            Lane("purge", _due_purges, jobs.purge),
            Lane("adopt", _due_with(JobStatus.UNSURE), jobs.adopt),
            Lane("fetch", _due_archives, self._fetch, fast=True, share=0.5),
            Lane("deletion", _due_deletions, jobs.delete_at_provider, share=0.5),
            Lane("character", _due_characters, jobs.send_character, fast=True, share=0.2),
            Lane("probe", _due_probes, jobs.probe, fast=True, share=0.2),
            Lane("catalogue", _due_providers, jobs.read_catalogue),
            Lane("listing", _due_listings, jobs.read_list, fast=True, share=0.2),
            Lane("inquiry", _due_inquiries, jobs.ask_for, fast=True, share=0.5),
        )

    def run(self, keep_going: Callable[[], bool]) -> None:
        """Go round. An exception of one row, or of the database, ends nothing.

        UnknownSchema: this release must not touch the database, at the start or ever since.
        """
        synced, failures = False, 0
        while keep_going() and not self.stopping.is_set():
            try:
                if not synced:
                    jobs.check_schema(wholly=True)
                    jobs.sync_configured()
                    synced = True
                self.round()
                failures = 0
            # Not DatabaseError alone: a connection that broke may show as an InterfaceError.
            except Error as error:
                failures += 1
                log.error("the database does not answer; trying again: %s", error)
                connection.close()
                # It may come back as an older copy: ask before anything is claimed.
                self.next_beat = 0.0
                self.stopping.wait(_pause(failures))
            self.stopping.wait(settings.MIRROR_IDLE_SECONDS)

    def stop(self) -> bool:
        """Finish or hand back what is under way; False where something is left running."""
        self.stopping.set()
        # What still waits for a thread is handed back by `_take`, as soon as it gets one.
        left = wait(self._all_flying(), timeout=SHUTDOWN_SECONDS).not_done
        self.pool.shutdown(wait=False, cancel_futures=True)
        return not left

    def round(self) -> int:
        """Claim what is due and hand it to the threads; returns how many rows were claimed."""
        now, clock = timezone.now(), monotonic()
        slow = clock >= self.next_slow
        if slow:
            self.next_slow = clock + SLOW_EVERY
        if clock >= self.next_beat:
            self.next_beat = clock + BEAT_EVERY
            # A newer release may have migrated it meanwhile.
            jobs.check_schema(wholly=False)
            self.last_beat = jobs.beat(self.name, self.last_beat)
        if clock >= self.next_renewal:
            self.next_renewal = clock + settings.LEASE_SECONDS / 3
            self._renew()
        claimed = sum(self._claim(lane, now) for lane in self.lanes if slow or lane.fast)
        return claimed + (self._claim_running(now) if slow else 0)

    def settle(self) -> None:
        """Wait until everything claimed is done."""
        wait(self._all_flying())

    def _all_flying(self) -> set[Future[None]]:
        return {future for flying in self.flying.values() for future in flying}

    def _claim(self, lane: Lane, now: datetime) -> int:
        room = self._room(lane.name, lane.share)
        if room <= 0 or lane.is_empty(now):
            return 0
        rows = lane.narrow(lane.due(now)).claim(room)
        for row in rows:
            if not _is_poison(row):
                self._start(lane.name, lane.step, row)
        return len(rows)

    def _claim_running(self, now: datetime) -> int:
        """Running rows go to their provider together: one list call tells of a hundred.

        Where there is no list, a few threads ask for them by id, the longest due first.
        """
        due = _due_with(*RUNNING)(now)
        claimed = 0
        for provider in Provider.objects.filter(pk__in=due.order_by().values("provider_id")):
            name, lists = f"refresh {provider.pk}", jobs.lists(provider)
            room = self._room(name, share=0 if lists else ASKING)
            if room <= 0:
                continue
            # Without what the step does not need.
            mine = due.filter(provider=provider).select_related(None)
            mine = mine.defer("prompt", "extra", "remote")
            rows = mine.claim(BATCH if lists else room * jobs.MAX_RETRIEVES)
            healthy = [row for row in rows if not _is_poison(row)]
            for part in (healthy[first::room] for first in range(room)):
                if part:
                    self._start(name, jobs.refresh, part)
            claimed += len(rows)
        return claimed

    def _room(self, lane: str, share: float) -> int:
        flying = self.flying.get(lane, {})
        self.flying[lane] = {future: row for future, row in flying.items() if not future.done()}
        return max(1, int(self.threads * share)) - len(self.flying[lane])

    def _start(self, lane: str, step: Step, rows: Any) -> None:
        first = rows[0] if isinstance(rows, list) else rows
        self.flying.setdefault(lane, {})[self.pool.submit(self._take, step, rows)] = first

    def _renew(self) -> None:
        """Hold what is under way. It stops when this process does, so others take over soon."""
        tokens: dict[type[Leased], list[str]] = {}
        for flying in self.flying.values():
            for future, row in flying.items():
                if not future.done():
                    tokens.setdefault(type(row), []).append(row.lease_token)
        for model, held in tokens.items():
            rows = model._default_manager.filter(lease_token__in=held)
            rows.update(lease_until=lease_end())

    def _take(self, step: Step, row: Any) -> None:
        close_old_connections()
        try:
            if self.stopping.is_set():
                # For the next mirror to take at once.
                rows = row if isinstance(row, list) else [row]
                type(rows[0]).objects.hand_back(rows)
            else:
                step(row)
        except Exception:
            log.exception("the step of %s failed", _names(row))
        finally:
            close_old_connections()

    def _fetch(self, job: VideoJob) -> None:
        jobs.fetch(job, lambda: not self.stopping.is_set())


def _pause(failures: int) -> float:
    """Seconds: 1, 2, 4 … and never at the same moment as the other mirrors."""
    return min(2.0 ** (failures - 1), LONGEST_PAUSE) * random.uniform(0.75, 1.25)  # noqa: S311


def _names(row: Any) -> str:
    rows: Iterable[Any] = row if isinstance(row, list) else [row]
    return ", ".join(str(each) for each in list(rows)[:3])


def _is_poison(row: Leased) -> bool:
    """Set aside what was claimed again and again without a word written back."""
    if row.claims <= settings.MAX_CLAIMS or not isinstance(row, VideoJob):
        return False
    log.error("%s was claimed %d times without an outcome", row, row.claims)
    attention = POISON.format(claims=row.claims - 1)
    row.write_back(due_at=None, attention=attention, version=row.version + 1)
    return True


# --- lanes -----------------------------------------------------------------------------------


def _well(now: datetime) -> Q:
    """The provider is not paused, and enabled or only turned off for what is new."""
    running = Q(provider__paused_at=None) | Q(provider__paused_until__lte=now)
    return running & (Q(provider__enabled=True) | Q(provider__turned_off=True))


def _due_sends(now: datetime) -> LeasedQuerySet[VideoJob]:
    """Rows to be sent, to providers that take new ones."""
    return _due_with(JobStatus.SUBMITTING)(now).filter(trashed_at=None, provider__enabled=True)


def _with_room(rows: LeasedQuerySet[VideoJob]) -> LeasedQuerySet[VideoJob]:
    """Those of providers that take one more just now."""
    full = jobs.full_providers()
    return rows.exclude(provider__in=full) if full else rows


def _due_with(*statuses: JobStatus) -> Query:
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
