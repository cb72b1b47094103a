"""Renders jobs one after another and deletes expired files.

Level-triggered: the rows say what is to be done, a wake-up only says when to look. Nothing is kept
in memory but the names of the jobs being rendered here and now, so that any kill is safe.
"""

import fcntl
import logging
import os
import shutil
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

from engine import catalogue, child
from engine.error_messages import explain
from engine.files import Files
from engine.options import Options
from engine.store import Job, Store
from videos.wire import parse_size

log = logging.getLogger("engine")

MAX_ATTEMPTS = 3  # if the renderer crashes each time
# If the engine was killed, the job may not be the cause. But without a limit, a job that crashes
# the whole machine would do so forever.
MAX_BEGINNINGS = 10
LOOK_EVERY = 1.0  # seconds, unless woken earlier
KEEP_WARM = 60.0  # seconds a renderer without work is kept
LONGEST_PAUSE = 30.0  # seconds between two tries while something is wrong with the disk


class Worker:
    """Background threads: `concurrency` for rendering, and one that deletes expired files."""

    def __init__(self, store: Store, files: Files, options: Options) -> None:
        self._store, self._files, self._options = store, files, options
        self._stop = threading.Event()
        self._wake = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._turn = -1

    def start(self) -> None:
        self._turn = os.open(self._files.root / "render.lock", os.O_CREAT | os.O_RDWR, 0o600)
        jobs = [self._render_forever] * self._options.concurrency
        for target in [*jobs, self._sweep_forever]:
            thread = threading.Thread(target=target, daemon=True)
            thread.start()
            self._threads.append(thread)

    def wake(self) -> None:
        self._wake.release()

    def stop(self) -> None:
        """Stop running jobs, which the next start resumes. Takes at most about two seconds."""
        self._stop.set()
        for _ in self._threads:
            self._wake.release()
        for thread in self._threads:
            thread.join(timeout=2)

    # --- rendering ---

    def _render_forever(self) -> None:
        renderer, pause, idle_since = child.Renderer(), LOOK_EVERY, time.monotonic()
        while not self._stop.is_set():
            try:
                if self._step(renderer):
                    idle_since = time.monotonic()
                elif (
                    not self._wake.acquire(timeout=LOOK_EVERY)
                    and time.monotonic() - idle_since > KEEP_WARM
                ):
                    renderer.close()
                pause = LOOK_EVERY
            except Exception as error:  # one job, or a full disk, must not end the engine
                log.error("rendering: %r; next try in %.0f s", error, pause)
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        renderer.close()

    def _step(self, renderer: child.Renderer) -> bool:
        """Render the next job, if there is one and no other process is rendering."""
        if not self._our_turn():
            return False
        with self._lock:
            job = self._store.take(self._running)
            if job is None:
                return False
            self._running.add(job.id)
        try:
            self._render(job, renderer)
        except sqlite3.Error:
            # The database failed, not the renderer, and it may fail again here.
            with suppress(sqlite3.Error):
                self._store.forgive(job.id)
            raise
        finally:
            self._running.discard(job.id)
        return True

    def _our_turn(self) -> bool:
        """Return True if no other process renders: while a killed one is replaced, two may run."""
        try:
            fcntl.flock(self._turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _render(self, job: Job, renderer: child.Renderer) -> None:
        if job.attempts > MAX_BEGINNINGS:
            self._give_up(job, job.attempts - 1)
            return
        try:
            folder = self._files.begin(job.id)
        except OSError as error:
            self._store.fail(job.id, *explain(error))
            return
        try:
            watch = _Watch(self._store, self._stop, job)
            outcome = renderer.render(self._order(job, folder), watch)
            self._conclude(job, folder, outcome)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _conclude(self, job: Job, folder: Path, outcome: child.Outcome) -> None:
        match outcome:
            case child.Done():
                self._publish(job, folder)
            case child.Failed(code, message):
                log.error("%s failed: %s", job.id, message)
                self._store.fail(job.id, code, message)
            case child.Crashed(how):
                log.error("%s: the renderer crashed (%s), attempt %d", job.id, how, job.attempts)
                if job.attempts >= MAX_ATTEMPTS:
                    self._give_up(job, job.attempts)
            case child.Stopped() if self._stop.is_set():
                self._store.forgive(job.id)

    def _publish(self, job: Job, folder: Path) -> None:
        try:
            self._files.publish(folder, job.id)
        except OSError as error:
            self._store.fail(job.id, *explain(error))
            return
        now = int(time.time())
        expires_at = now + self._options.expires_seconds
        if not self._store.complete(job.id, now=now, expires_at=expires_at):
            self._files.remove(job.id)  # deleted in the meantime
        elif job.has_source:
            self._files.source(job.id).unlink(missing_ok=True)

    def _give_up(self, job: Job, times: int) -> None:
        message = f"The engine crashed {times} times on this video."
        self._store.fail(job.id, "engine_error", message)

    def _order(self, job: Job, folder: Path) -> dict[str, object]:
        width, height = parse_size(job.size) or (0, 0)
        return {
            "prompt": job.words or job.prompt,
            "look": job.look,
            "continues": job.continues,
            "picture": job.picture,
            "source": str(self._files.source(job.id)) if job.has_source else None,
            "width": width,
            "height": height,
            "seconds": int(job.seconds),
            "seed": job.seed,
            "hd": catalogue.MODELS[job.model].hd,
            "reference": str(self._files.reference(job.id)) if job.has_reference else None,
            "folder": str(folder),
        }

    # --- expiry ---

    def _sweep_forever(self) -> None:
        every = min(30.0, max(0.5, self._options.expires_seconds / 4))
        while not self._stop.wait(every):
            try:
                for job_id in self._store.expired(int(time.time())):
                    self._files.remove_assets(job_id)
                    self._store.mark_swept(job_id)
            except Exception as error:
                log.error("removing expired files: %r", error)


class _Watch:
    """Stores progress when it has changed, and returns whether the job still exists."""

    def __init__(self, store: Store, stop: threading.Event, job: Job) -> None:
        self._store, self._stop, self._id = store, stop, job.id
        self._stored = job.progress

    def __call__(self, progress: int) -> bool:
        if self._stop.is_set():
            return False
        progress = min(progress, 99)  # 100 is stored once the files are in place
        if progress <= self._stored:
            return self._store.unfinished(self._id)
        self._stored = progress
        return self._store.advance(self._id, progress)
