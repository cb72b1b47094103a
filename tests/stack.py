"""The whole product as an operator starts it: `manage.py run`, with files of its own."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg

from tests.installed import installed
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Stack:
    """The running product. `url` is its address, `log` what its processes said. `within` are words
    that start its commands, such as those that mount something first."""

    url: str
    data: Path
    env: dict[str, str]
    log: Path
    within: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """`manage.py run`; returns when the product is ready."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*self.within, sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return when pages and the background worker answer."""
        end = time.monotonic() + PATIENCE
        while not _answers(f"{self.url}/readyz"):
            died = self.process is None or self.process.poll() is not None
            if died or time.monotonic() > end:
                raise AssertionError(f"the product does not start:\n{self.log.read_text()}")
            time.sleep(0.2)

    def wait(self) -> int:
        """The exit status, once everything has stopped."""
        assert self.process is not None
        return self.process.wait(timeout=PATIENCE)

    def manage(self, *words: str, **env: str) -> str:
        """Run one management command on the same data, with `env` added to the environment."""
        command = [*self.within, sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env | env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def children(self, text: str) -> list[int]:
        """The process ids below this stack whose command line holds `text`."""
        pids = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environ = (entry / "environ").read_bytes().decode(errors="replace")
                if text in line and f"DATA_DIR={self.data}" in environ:
                    pids.append(int(entry.name))
        return sorted(pids)

    def stop(self) -> int:
        """Ctrl-C; returns the exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.wait()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """A database for one stack: SQLite in its folder, or a new one beside the suite's own."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield ""
        return
    name = f"dailies_stack_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def running_stack(
    data: Path, *, first_start: bool = False, within: Sequence[str] = (), **settings: str
) -> Iterator[Stack]:
    """Start everything on free loopback ports and wait until it is ready.

    `first_start` begins with an empty folder, as a new user does; otherwise the database and the
    static files are there already.
    """
    port, engine_port = free_port(), free_port()
    with own_database() as database:
        if not (first_start or database):
            shutil.copytree(installed(), data, dirs_exist_ok=True)
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        env |= {
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
            "DATA_DIR": str(data),
            "DATABASE_URL": database,
            "PORT": str(port),
            "PUBLIC_URL": f"http://localhost:{port}",
            "ENGINE": "auto",
            "ENGINE_PORT": str(engine_port),
            "OPENAI_BASE_URL": "",
        } | settings
        stack = Stack(f"http://localhost:{port}", data, env, data / "log", within)
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
