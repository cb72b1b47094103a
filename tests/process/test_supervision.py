"""`manage.py run`: a process that dies is named and started again, up to a limit."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from videos.jobs.retry import RESTART
from videos.management.exits import WRONG_SCHEMA
from videos.management.processes import Processes

STAYS = ("sleep", "600")

MAX_RESTARTS = RESTART.max_tries or 0


class Clock:
    """Time that passes only while the supervisor waits."""

    def __init__(self, step: float = 1.0, stop: Callable[[], bool] = lambda: False) -> None:
        self.now, self.step, self.stop = 0.0, step, stop

    def __call__(self) -> float:
        return self.now

    def sleep(self, running: Processes) -> None:
        time.sleep(0.01)
        self.now += self.step
        if self.stop():
            running.stop()


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Give the suite its own signal handlers back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.ERROR, logger="videos.management.processes")
    return caplog


def processes(clock: Clock, **commands: tuple[str, ...]) -> Processes:
    running = Processes(commands, os.environ, clock=clock, sleep=lambda _: clock.sleep(running))
    return running


def dying(how: str, note: Path) -> tuple[str, ...]:
    return ("sh", "-c", f"echo . >> {note}; {how}")


@pytest.mark.parametrize(
    ("how", "named"),
    [("kill -9 $$", "SIGKILL"), ("kill -SEGV $$", "SIGSEGV"), ("exit 0", "status 0")],
)
def test_one_that_keeps_dying_is_started_again_up_to_a_limit_and_then_all_stop(
    lines: pytest.LogCaptureFixture, tmp_path: Path, how: str, named: str
) -> None:
    note = tmp_path / "starts"
    status = processes(Clock(), web=STAYS, mirror=dying(how, note)).run()
    assert status == 1
    assert note.read_text().count(".") == MAX_RESTARTS + 1
    *restarts, last = lines.messages
    assert len(restarts) == MAX_RESTARTS
    assert all(line.startswith(f"mirror ended ({named}). It starts again") for line in restarts)
    # The pauses grow.
    pauses = [float(line.split("again in ")[1].split()[0]) for line in restarts]
    assert pauses[:4] == sorted(pauses[:4]) and 0.7 <= pauses[0] < pauses[3] <= 10
    assert f"mirror ended ({named}) after {MAX_RESTARTS} restarts. Everything stops" in last


def test_a_stable_life_gives_new_tries(lines: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    note = tmp_path / "starts"

    def enough() -> bool:
        return note.exists() and note.read_text().count(".") > 2 * MAX_RESTARTS

    clock = Clock(step=100, stop=enough)
    assert processes(clock, mirror=dying("kill -9 $$", note)).run() == 0
    assert "Everything stops" not in lines.text


def test_one_that_cannot_start_ends_everything_at_once(
    lines: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    note = tmp_path / "starts"
    assert processes(Clock(step=0.01), engine=STAYS, web=dying("exit 3", note)).run() == 3
    assert note.read_text().count(".") == 1
    assert lines.messages == ["web could not start (status 3). Everything stops."]


def test_a_database_of_another_release_ends_everything_with_its_own_status(
    lines: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    dies = dying(f"exit {WRONG_SCHEMA}", tmp_path / "starts")
    assert processes(Clock(step=100), web=STAYS, mirror=dies).run() == WRONG_SCHEMA


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_to_stop_ends_all_and_is_no_failure(tmp_path: Path, number: int) -> None:
    note = tmp_path / "pid"

    def ask() -> bool:
        if note.exists() and note.read_text().endswith(".\n"):
            os.kill(os.getpid(), number)
        return False

    command = ("sh", "-c", f"echo $$. > {note}.new; mv {note}.new {note}; exec sleep 600")
    assert processes(Clock(stop=ask), web=command).run() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text().strip(".\n")), 0)
