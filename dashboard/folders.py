"""May this user write Dailies' folders and files? Checked before anything fails halfway."""

import os
import pwd
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings


def why_unwritable(paths: Iterable[Path]) -> str:
    """One line about the first of `paths` that can't be written, and by whom; empty if all can.

    For a path that doesn't exist, its nearest existing parent is checked.
    """
    return next(_troubles(paths), "")


def cannot_write(path: Path, reason: str = "") -> str:
    """The line about one path."""
    kind = "The folder" if path.is_dir() else "The file"
    because = f" ({reason})" if reason else ""
    return (
        f"{kind} {path} cannot be written by the user {_user(os.geteuid())}{because}. "
        f"It belongs to {_owner(path)}. Change its owner, or set DATA_DIR to another folder."
    )


def kept_paths() -> list[Path]:
    """Folders and files that are written all the time."""
    folders = [settings.DATA_DIR, settings.ARCHIVE_DIR, settings.ENGINE_DIR]
    folders += [settings.DATA_DIR / "tmp", settings.STATIC_ROOT.parent]
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # Files beside it as well: SQLite keeps its log there.
        name = str(database["NAME"])
        folders += [Path(name).parent, *(Path(name + end) for end in ("", "-wal", "-shm"))]
    return folders


def _troubles(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        there = next((each for each in (path, *path.parents) if each.exists()), path)
        if there != path and not there.is_dir():
            yield f"{there} is a file where a folder is needed."
        elif not os.access(there, os.W_OK | (os.X_OK if there.is_dir() else os.R_OK)):
            yield cannot_write(there)


def _owner(path: Path) -> str:
    try:
        return _user(path.stat().st_uid)
    except OSError:
        return "another user"


def _user(number: int) -> str:
    try:
        return f"{pwd.getpwuid(number).pw_name} ({number})"
    except KeyError:
        return str(number)
