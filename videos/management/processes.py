"""How do the processes of `manage.py run` stay alive, and how do they stop?"""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from videos.management.exits import WRONG_SCHEMA

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2
# The web process gives requests under way seven seconds.
STOP_SECONDS = 9.0
# A process that lived this long starts with a clean record.
STABLE_SECONDS = 60.0
# One that ends by itself this soon, the first time, has said what is wrong with its settings.
SOON_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
MAX_RESTARTS = 5


@dataclass
class Child:
    """One process. `due` is when it is to be started, as `time.monotonic` counts."""

    name: str
    command: Sequence[str]
    due: float = 0.0
    starts: int = 0
    restarts: int = 0
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)


class Processes:
    """Runs commands side by side. One that dies is started again, after a pause that doubles; if it
    keeps dying, all stop."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        environment: Mapping[str, str],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._children = [Child(name, command) for name, command in commands.items()]
        self._environment, self._clock, self._sleep = dict(environment), clock, sleep
        self._stopping = False

    def run(self) -> int:
        """Returns the exit status: 0 after SIGTERM or SIGINT, else that of what can't go on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        try:
            while not self._stopping:
                for child in self._children:
                    if (status := self._look(child)) is not None:
                        return status
                self._sleep(LOOK_EVERY)
            return 0
        finally:
            self._end_all()

    def stop(self, *_: object) -> None:
        """End everything at the next look. A signal handler."""
        self._stopping = True

    def _look(self, child: Child) -> int | None:
        """Start the child where it is due. An exit status ends everything."""
        now = self._clock()
        if child.process is None:
            if now >= child.due:
                self._start(child)
            return None
        code = child.process.poll()
        if code is None:
            return None
        child.process = None
        age = now - child.started
        if code == WRONG_SCHEMA:
            return code
        if code > 0 and child.starts == 1 and age < SOON_SECONDS:
            log.error("%s could not start (%s). Everything stops.", child.name, _how(code))
            return code
        child.restarts = 1 if age >= STABLE_SECONDS else child.restarts + 1
        if child.restarts > MAX_RESTARTS:
            log.error(
                "%s ended (%s) after %d restarts. Everything stops; see the lines above.",
                child.name,
                _how(code),
                MAX_RESTARTS,
            )
            return code if code > 0 else 1
        pause = min(FIRST_PAUSE * 2 ** (child.restarts - 1), LONGEST_PAUSE)
        child.due = now + pause
        words = "%s ended (%s). It starts again in %g s (restart %d of %d)."
        log.error(words, child.name, _how(code), pause, child.restarts, MAX_RESTARTS)
        return None

    def _start(self, child: Child) -> None:
        # A session of its own: Ctrl-C in a terminal reaches this process alone.
        child.process = subprocess.Popen(  # noqa: S603  (our own commands)
            child.command, env=self._environment, start_new_session=True
        )
        child.started, child.starts = self._clock(), child.starts + 1

    def _end_all(self) -> None:
        alive = [child.process for child in self._children if child.process is not None]
        for process in alive:
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in alive:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
        for process in alive:
            # With its own children, which share its session.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _how(code: int) -> str:
    """How a process ended: by which signal, or with which status."""
    if code >= 0:
        return f"status {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
