"""A PostgreSQL of a test's own, which may be stopped and started. `initdb` must be installed.

Under CI with the suite on PostgreSQL its absence is a failure; elsewhere the tests say so.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.web_process import free_port


def _bin() -> Path | None:
    """Where the server's programs are; Debian keeps them off the PATH."""
    paths = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if not paths and (on_path := shutil.which("initdb")):
        paths = [Path(on_path).resolve()]
    return paths[-1].parent if paths else None


def _version(initdb: Path) -> int:
    number = initdb.parts[-3]
    return int(number) if number.isdigit() else 0


@dataclass
class Cluster:
    """A server on a free loopback port, with its files in a folder of its own."""

    programs: Path
    place: Path
    port: int

    @property
    def url(self) -> str:
        """As DATABASE_URL."""
        return f"postgres://dailies@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Returns when it answers."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.place} -c fsync=off"
        self._run("pg_ctl", "-w", "-l", str(self.place / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """`fast` ends all connections with a word, `immediate` as a power cut does."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def make(self) -> None:
        """A new, empty cluster."""
        self._run("initdb", "-U", "dailies", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _run(self, program: str, *words: str) -> None:
        command = [str(self.programs / program), "-D", str(self.place / "data"), *words]
        # The server refuses to run as root. It inherits no pipe of ours, which would never end.
        user = "postgres" if os.geteuid() == 0 else None
        log = self.place / f"{program}.out"
        with log.open("ab") as out:
            done = subprocess.run(
                command, cwd=self.place, user=user, stdout=out, stderr=out, timeout=120
            )
        assert done.returncode == 0, log.read_text()


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A running cluster, gone at the end of the block."""
    programs = _bin()
    if programs is None:
        reason = "PostgreSQL's server programs (initdb, pg_ctl) are not installed"
        if os.environ.get("CI") == "true" and os.environ.get("DATABASE_URL", "")[:8] == "postgres":
            pytest.fail(reason)
        pytest.skip(reason)
    place = Path(tempfile.mkdtemp(prefix="dailies-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
    cluster = Cluster(programs, place, free_port())
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        if (place / "data" / "postmaster.pid").exists():
            cluster.stop("immediate")
        shutil.rmtree(place, ignore_errors=True)
