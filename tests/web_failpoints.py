"""Failpoints of a web server that is running already: each strikes once, when a test has armed it.

A web process that was killed is replaced, and the next would meet the same failpoint again.
"""

from pathlib import Path


class Armed(set[str]):
    """Set as FAILPOINTS: a name is in it as long as its file is in the folder, seen once."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __contains__(self, name: object) -> bool:
        try:
            _file(self._folder, str(name)).unlink()
        except FileNotFoundError:
            return False
        return True


def arm(folder: Path, name: str) -> None:
    """Let the worker that next comes to this failpoint die there."""
    _file(folder, name).touch()


def _file(folder: Path, name: str) -> Path:
    return folder / f"failpoint-{name}"
