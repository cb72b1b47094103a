"""How does one mirror process claim due rows and run their steps?

It is level-triggered: only the current state of the rows counts. So a mirror may be killed at any
line, and any number of them may run.
"""

import logging
import os
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from videos.jobs.deletion.retention import apply_rules
from videos.jobs.health.clock_set_back import make_overdue_rows_due
from videos.jobs.health.heartbeat import beat
from videos.jobs.health.schema import check_schema
from videos.jobs.media.download import fetch
from videos.jobs.media.older_clips import measure_older_clips
from videos.jobs.media.small_posters import draw_small_posters
from videos.jobs.providers.configured import sync_configured
from videos.jobs.remote.read_list import lists
from videos.jobs.retry import DATABASE, TAKE_STEP
from videos.jobs.sync.refresh import MAX_RETRIEVES
from videos.mirror.lanes import FETCH, REFRESH, Lane, Step, lanes, piling_up
from videos.models import Provider, VideoJob
from videos.models.lease import Leased, lease_end
from videos.notices.watch import watch
from videos.review.collections import purge_collections

log = logging.getLogger(__name__)

SLOW_EVERY = 1.0
BEAT_EVERY = 5.0
PULL_IN_EVERY = 60.0
# In seconds: while there are older clips to measure, and once there are none.
MEASURE_EVERY, MEASURE_RARELY = 60.0, 3600.0
# While there are small posters to draw, and once there are none.
DRAW_EVERY, DRAW_RARELY = 2.0, 3600.0
# In seconds: while there are clips that a retention rule applies to, or deleted collections whose
# time is up, and once there are none.
RULES_EVERY, RULES_RARELY = 10.0, 300.0
WATCH_EVERY = 15.0
# One list call covers a hundred jobs, so all of a provider's running rows are claimed at once.
BATCH = 10_000
# The part of the threads that may poll one provider's jobs by id.
ASKING = 0.34
SHUTDOWN_SECONDS = 4.0  # `manage.py run` kills after five


class Mirror:
    """One mirror process. `run` loops until `keep_going` returns False."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = Event()
        self.threads = settings.MIRROR_THREADS
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="mirror")
        self.flying: dict[str, dict[Future[None], Leased]] = {}
        self.next_slow = self.next_beat = self.next_renewal = self.next_pull_in = 0.0
        self.next_measuring = monotonic() + MEASURE_EVERY
        self.next_drawing = monotonic() + DRAW_EVERY
        self.drawing: Future[int | None] | None = None
        self.next_rules = monotonic() + RULES_EVERY
        self.next_watch = monotonic() + WATCH_EVERY
        self.last_beat: datetime | None = None
        self.lanes = lanes(self._fetch)
        self.piling_up: list[int] = []

    def run(self, keep_going: Callable[[], bool]) -> None:
        """Loop. Neither an exception in a step nor an error of the database ends it.

        Raises UnknownSchema if this release must not use the database (any more).
        """
        synced, failures = False, 0
        while keep_going() and not self.stopping.is_set():
            try:
                if not synced:
                    check_schema(wholly=True)
                    sync_configured()
                    synced = True
                self.round()
                failures = 0
            # Not only DatabaseError: a broken connection may raise InterfaceError.
            except Error as error:
                failures += 1
                log.error("the database doesn't answer; trying again: %s", error)
                connection.close()
                # It may come back as an older copy, so check that before anything is claimed.
                self.next_beat = 0.0
                self.stopping.wait(DATABASE.wait(failures).total_seconds())
            self.stopping.wait(settings.MIRROR_IDLE_SECONDS)

    def stop(self) -> bool:
        """Finish or hand back running steps; returns False if some are still running."""
        self.stopping.set()
        # Steps that still wait for a thread are handed back by `_take` as soon as they get one.
        left = wait(self._all_flying(), timeout=SHUTDOWN_SECONDS).not_done
        self.pool.shutdown(wait=False, cancel_futures=True)
        return not left

    def round(self) -> int:
        """Claim due rows and start their steps in the threads; returns how many were claimed."""
        now, clock = timezone.now(), monotonic()
        slow = clock >= self.next_slow
        if slow:
            self.next_slow = clock + SLOW_EVERY
        self._stay_alive(clock)
        claimed = 0
        for lane in self.lanes:
            if lane.buys:
                self._look_at_pile(now)
            if slow or lane.fast:
                claimed += self._claim(lane, now)
        return claimed + (self._claim_running(now) if slow else 0)

    def _stay_alive(self, clock: float) -> None:
        """Write the heartbeat, renew leases, and do other regular work when it is due."""
        if clock >= self.next_beat:
            self.next_beat = clock + BEAT_EVERY
            # A newer release may have migrated the database.
            check_schema(wholly=False)
            self.last_beat = beat(self.name, self.last_beat)
        if clock >= self.next_renewal:
            self.next_renewal = clock + settings.LEASE_SECONDS / 3
            self._renew()
        if clock >= self.next_pull_in:
            self.next_pull_in = clock + PULL_IN_EVERY
            make_overdue_rows_due()
        if clock >= self.next_measuring:
            done = measure_older_clips()
            self.next_measuring = clock + (MEASURE_EVERY if done else MEASURE_RARELY)
        if clock >= self.next_drawing:
            self._draw(clock)
        if clock >= self.next_rules:
            done = apply_rules() + purge_collections()
            self.next_rules = clock + (RULES_EVERY if done else RULES_RARELY)
        if clock >= self.next_watch:
            self.next_watch = clock + WATCH_EVERY
            watch()

    def _draw(self, clock: float) -> None:
        """Let a thread draw some small posters, from where the last one ended."""
        before, self.next_drawing = None, clock + DRAW_EVERY
        if self.drawing is not None:
            if not self.drawing.done():
                return
            if (before := self.drawing.result()) is None:
                self.drawing, self.next_drawing = None, clock + DRAW_RARELY
                return
        self.drawing = self.pool.submit(self._drawn, before)

    def _drawn(self, before: int | None) -> int | None:
        close_old_connections()
        try:
            return draw_small_posters(before)
        except Exception:
            log.exception("drawing small posters failed")
            return None
        finally:
            close_old_connections()

    def settle(self) -> None:
        """Wait until everything claimed is done."""
        wait(self._all_flying())

    def _all_flying(self) -> set[Future[None]]:
        return {future for flying in self.flying.values() for future in flying}

    def _claim(self, lane: Lane, now: datetime) -> int:
        free_slots = self.free_slots(lane)
        if free_slots <= 0 or lane.is_empty(now):
            return 0
        due = lane.narrow(lane.due(now))
        if lane.buys and self.piling_up:
            due = due.exclude(provider__in=self.piling_up)
        rows = due.claim(free_slots, suspects=not self._suspect_flies())
        for row in rows:
            if not _is_poison(row):
                self._start(lane.name, lane.step, row)
        return len(rows)

    def _look_at_pile(self, now: datetime) -> None:
        """Once all threads for downloads are busy, see whose finished clips are waiting."""
        share = next(lane.share for lane in self.lanes if lane.name == FETCH)
        is_full = self._free_slots(FETCH, share) <= 0
        self.piling_up = piling_up(now, at_least=self.threads) if is_full else []

    def _suspect_flies(self) -> bool:
        """Return True if a running step may crash this process.

        Only one such step runs at a time, so that a crash isn't blamed on another row.
        """
        flying = (each for rows in self.flying.values() for each in rows.items())
        return any(row.is_suspect and not future.done() for future, row in flying)

    def _claim_running(self, now: datetime) -> int:
        """Claim running rows by provider, because one list call covers a hundred of them.

        Without a list, a few threads ask for them by id, the longest due first.
        """
        if REFRESH.is_empty(now):
            return 0
        due, claimed = REFRESH.due(now), 0
        for provider in Provider.objects.filter(pk__in=due.order_by().values("provider_id")):
            name, has_list = f"{REFRESH.name} {provider.pk}", lists(provider)
            free_slots = self._free_slots(name, share=0 if has_list else ASKING)
            if free_slots <= 0:
                continue
            # Don't load columns that the step doesn't need.
            mine = due.filter(provider=provider).select_related(None)
            mine = mine.defer("prompt", "extra", "remote")
            limit = BATCH if has_list else free_slots * MAX_RETRIEVES
            rows = mine.claim(limit, suspects=not self._suspect_flies())
            begun = [row for row in rows if not _is_poison(row)]
            healthy = [row for row in begun if not row.is_suspect]
            parts = [healthy[first::free_slots] for first in range(free_slots)]
            for part in (*parts, [row for row in begun if row.is_suspect]):
                if part:
                    self._start(name, REFRESH.step, part)
            claimed += len(rows)
        return claimed

    def free_slots(self, lane: Lane) -> int:
        """How many more steps of the lane may start now. A slow one leaves a third of the threads
        to others."""
        return self._free_slots(lane.name, lane.share) - (self.threads // 3 if lane.is_slow else 0)

    def _free_slots(self, lane: str, share: float) -> int:
        flying = self.flying.get(lane, {})
        self.flying[lane] = {future: row for future, row in flying.items() if not future.done()}
        return max(1, int(self.threads * share)) - len(self.flying[lane])

    def _start(self, lane: str, step: Step, rows: Any) -> None:
        first = rows[0] if isinstance(rows, list) else rows
        self.flying.setdefault(lane, {})[self.pool.submit(self._take, step, rows)] = first

    def _renew(self) -> None:
        """Renew the leases of running steps. Once this process stops, others soon take over."""
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
                # So that the next mirror can claim them at once.
                rows = row if isinstance(row, list) else [row]
                type(rows[0]).objects.hand_back(rows)
            else:
                step(row)
        except Exception:
            log.exception("the step of %s failed", _names(row))
        finally:
            close_old_connections()

    def _fetch(self, job: VideoJob) -> None:
        fetch(job, lambda: not self.stopping.is_set())


def _names(row: Any) -> str:
    rows: Iterable[Any] = row if isinstance(row, list) else [row]
    return ", ".join(str(each) for each in list(rows)[:3])


def _is_poison(row: Leased) -> bool:
    """Set the row aside if it was claimed too often without an outcome; returns whether it was."""
    if not isinstance(row, VideoJob) or not (poison := TAKE_STEP.poison(row)):
        return False
    log.error("%s was claimed %d times without an outcome", row, row.claims)
    row.write_back(due_at=None, attention=poison, version=row.version + 1)
    return True
