"""How are the processes of `manage.py run` supervised?"""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from videos.jobs.retry import RESTART
from videos.management.exits import WRONG_SCHEMA

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2
# The web process gives running requests seven seconds.
STOP_SECONDS = 9.0
# After a process ran this long, its restarts are counted from zero again.
STABLE_SECONDS = 60.0
# A process that fails this soon after its first start has wrong settings and has printed why.
SOON_SECONDS = 5.0


@dataclass
class Child:
    """One process. `due` is when to start it, on the clock of `time.monotonic`."""

    name: str
    command: Sequence[str]
    due: float = 0.0
    starts: int = 0
    restarts: int = 0
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)


class Processes:
    """Runs commands side by side. A process that ends is restarted with back-off; if it keeps
    ending, all are stopped.

    `videos.serving.Supervisor` forks copies of one process that share a socket, which commands
    can't.
    """

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
        """Return the exit status: 0 after SIGTERM or SIGINT, else that of the failed process."""
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
        """Signal handler: end all processes soon."""
        self._stopping = True

    def _look(self, child: Child) -> int | None:
        """Start the child if it is due. Returns an exit status if everything must end."""
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
        if RESTART.is_over(child.restarts - 1):
            log.error(
                "%s ended (%s) after %d restarts. Everything stops; see the lines above.",
                child.name,
                _how(code),
                RESTART.max_tries,
            )
            return code if code > 0 else 1
        pause = RESTART.wait(child.restarts).total_seconds()
        child.due = now + pause
        text = "%s ended (%s). It starts again in %.1f s (restart %d of %d)."
        log.error(text, child.name, _how(code), pause, child.restarts, RESTART.max_tries)
        return None

    def _start(self, child: Child) -> None:
        # In its own session, so that Ctrl-C in a terminal reaches only this process.
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
            # Including its children, which share its session.
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
