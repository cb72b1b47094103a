"""How does a child process render clips, and how is it stopped at once?"""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from videos import wire

ROOT = Path(__file__).resolve().parents[1]
TICK = 0.2  # seconds between two checks whether the clip was deleted
STALLED = 180.0  # seconds without a sign of life
LONGEST_LINE = 64 * 1024


@dataclass(frozen=True)
class Done:
    """The files are in the folder."""


@dataclass(frozen=True)
class Failed:
    """The renderer failed and said why."""

    code: str
    message: str


@dataclass(frozen=True)
class Crashed:
    """The process ended, or had to be killed, without a message."""

    how: str


@dataclass(frozen=True)
class Stopped:
    """The clip was deleted."""


Outcome = Done | Failed | Crashed | Stopped


class Renderer:
    """A child process that is started when first needed and reused until it fails.

    Starting one takes longer than a short clip. Not thread-safe.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: _Lines | None = None

    def render(self, job: dict[str, Any], tick: Callable[[int], bool]) -> Outcome:
        """Render `job` (in the format that `render_job` reads).

        `tick(progress)` is called about five times a second; if it returns False, rendering is
        stopped at once. Unless rendering ended normally, the process is gone afterwards.
        """
        outcome: Outcome = Stopped()
        try:
            outcome = self._follow(job, tick)
            return outcome
        finally:
            if not isinstance(outcome, Done | Failed):
                self.close()

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _ready(self) -> tuple[subprocess.Popen[bytes], "_Lines"]:
        if self._process is not None and self._process.poll() is not None:
            self.close()  # it died between two jobs, which the next job didn't cause
        if self._process is None or self._lines is None:
            self._process = _start()
            self._lines = _Lines(self._process)
        return self._process, self._lines

    def _follow(self, job: dict[str, Any], tick: Callable[[int], bool]) -> Outcome:
        process, lines = self._ready()
        if not _tell(process, job):
            return Crashed("it ended at once")
        progress, heard = 0, time.monotonic()
        while tick(progress):
            said = lines.wait(TICK)
            if said is None:
                return Crashed(f"it ended with status {process.wait()}")
            for word in said:
                progress = word.get("progress", progress)
            if said:
                heard = time.monotonic()
                if (outcome := _outcome(said[-1])) is not None:
                    return outcome
            elif time.monotonic() - heard > STALLED:
                return Crashed(f"no sign of life for {STALLED:.0f} seconds")
        return Stopped()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "engine.render_job"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        # Not by PYTHONPATH, in which a folder's name can't hold a colon.
        cwd=ROOT,
        # Ctrl-C in a terminal goes to the whole process group; the engine stops its child itself.
        start_new_session=True,
    )


def _tell(process: subprocess.Popen[bytes], job: dict[str, Any]) -> bool:
    try:
        if process.stdin is not None:
            process.stdin.write(wire.encode(job) + b"\n")
    except BrokenPipeError:
        return False
    return True


def _outcome(word: dict[str, Any]) -> Outcome | None:
    if word.get("done"):
        return Done()
    return Failed(word["code"], word["message"]) if "code" in word else None


class _Lines:
    """Reads JSON lines from a pipe, a short time at once."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            raise RuntimeError("the child was started without pipes")
        self._handle = process.stdout.fileno()
        self._rest = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._handle, selectors.EVENT_READ)

    def wait(self, seconds: float) -> list[dict[str, Any]] | None:
        """The messages received within `seconds`, or until the end; None after the end."""
        said: list[dict[str, Any]] = []
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._selector.select(left):
            piece = os.read(self._handle, LONGEST_LINE)
            if not piece:
                return said or None
            *lines, self._rest = (self._rest + piece).split(b"\n")
            said += [json.loads(line) for line in lines]
            if said and _outcome(said[-1]) is not None:
                break
        return said
