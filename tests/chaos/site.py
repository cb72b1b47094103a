"""The product on loopback, each part a process that may be killed and started again."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from tests.stack import free_port
from tests.upstream import clip

ROOT = Path(__file__).resolve().parents[2]
# Short, so that what a kill has left is taken up within the soak's patience.
HASTE = {"LEASE_SECONDS": "4", "SUBMIT_GRACE_SECONDS": "10", "MIRROR_THREADS": "4"}


class Part:
    """One process of the product."""

    def __init__(self, name: str, words: list[str], log: Path) -> None:
        self.name, self.words, self.log = name, words, log
        self.kills = self.falls = 0
        self.born = 0.0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to live. The process leads a group of its own, and nothing else is in it."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self.words],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.born = time.monotonic()

    def kill_and_restart(self) -> None:
        """As a power cut for this part alone."""
        with self._lock:
            self._end(signal.SIGKILL)
            self.kills += 1
            self.start()

    def tend(self) -> None:
        """Start it again where it ended by itself, and count that."""
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                self.falls += 1
                self.start()

    def stop(self) -> None:
        """Ask it to end; insist after a while."""
        with self._lock:
            self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        if how == signal.SIGTERM:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Site:
    """All parts, and where they are."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.engine_folder = folder, folder / "engine"
        self.port, engine_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.engine_url = f"http://127.0.0.1:{engine_port}"
        self.environment = HASTE | {
            "DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "SECRET_KEY": "only-for-the-soak-0123456789-abcdefghijklmnopqrstuvwxyz",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "WEB_WORKERS": "1",
            "OPENAI_BASE_URL": "",
            "ENGINE": "on",
            "ENGINE_PORT": str(engine_port),
            "DEBUG": "false",
        }
        data = ["--data", str(self.engine_folder), "--port", str(engine_port)]
        commands = {
            "web": ["-m", "dashboard.web"],
            "mirror-1": ["manage.py", "mirror"],
            "mirror-2": ["manage.py", "mirror"],
            "engine": ["-m", "tests.chaos.engine", *data],
        }
        self.parts = [Part(name, line, folder / f"{name}.log") for name, line in commands.items()]

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Everything started; ended with the block."""
        self.engine_folder.mkdir(parents=True, exist_ok=True)
        (self.engine_folder / "clip.mp4").write_bytes(clip.video())
        try:
            for part in self.parts:
                part.start()
            wait_until(lambda: answers(f"{self.url}/healthz"), 60, "the web server")
            wait_until(lambda: answers(f"{self.engine_url}/healthz"), 60, "the engine")
            yield
        finally:
            for part in self.parts:
                part.stop()


def answers(url: str) -> bool:
    """Does the page come?"""
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


def wait_until(true: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for what other processes bring about. SystemExit where they do not."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"chaos: waited {seconds:.0f} seconds in vain for {what}")
        time.sleep(0.2)
