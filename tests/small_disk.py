"""A real file system of a few megabytes, in a mount namespace of a process's own.

It needs `unshare` (util-linux) and user namespaces that this user may make; some containers forbid
them. Under CI their absence is a failure; elsewhere the tests say so. From outside, the disk is
seen through /proc.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.patience import PATIENCE

MOUNT = 'mount -t tmpfs -o "$1" tmpfs "$2"; [ -z "$3" ] || cp -a "$3" "$2"; shift 3; exec "$@"'
TOOLS = ("unshare", "nsenter", "mount")


def why_not() -> str:
    """Why there can be no such disk here; empty where there can."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"needs {', '.join(missing)} of util-linux"
    try_it = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    done = subprocess.run(try_it, capture_output=True, text=True, timeout=PATIENCE)
    lines = done.stderr.strip().splitlines()
    return f"user namespaces are forbidden here: {lines[-1:]}" if done.returncode else ""


@pytest.fixture(scope="session")
def small_disks() -> None:
    """Skips, in plain words, where no such disk can be had; fails there under CI."""
    if reason := why_not():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def prefix(place: Path, options: str, copy: Path | None = None) -> list[str]:
    """The words that start a command with a disk mounted at `place`, `copy` already on it."""
    place.mkdir(parents=True, exist_ok=True)
    return ["unshare", "-rm", "sh", "-ec", MOUNT, "sh", options, str(place), str(copy or "")]


class Disk:
    """The disk that the process `pid` sees at `place`, from outside."""

    def __init__(self, pid: int, place: Path) -> None:
        self.pid, self.place = pid, place
        self.path = Path(f"/proc/{pid}/root{place}")
        self._filler = self.path / "filler"

    def is_there(self) -> bool:
        """Has it been mounted by now?"""
        try:
            return f" {self.place} " in Path(f"/proc/{self.pid}/mountinfo").read_text()
        except OSError:
            return False

    def free(self) -> int:
        """Bytes."""
        return shutil.disk_usage(self.path).free

    def fill(self, leave: int = 0) -> None:
        """Take all room but `leave` bytes."""
        with self._filler.open("ab") as file:
            while (room := self.free() - leave) > 0:
                try:
                    os.write(file.fileno(), bytes(min(room, 1 << 20)))
                except OSError:
                    return

    def make_room(self) -> None:
        """Give back what `fill` took."""
        self._filler.unlink()

    def run(self, *command: str) -> str:
        """Run a command where the disk is mounted; what it prints."""
        enter = ["nsenter", "-t", str(self.pid), "-U", "-m", "--preserve-credentials", *command]
        done = subprocess.run(enter, check=True, capture_output=True, text=True, timeout=PATIENCE)
        return done.stdout.strip()

    def remount(self, options: str) -> None:
        """Mount it again, as with `rw`."""
        self.run("mount", "-o", f"remount,{options}", str(self.place))
