"""Where does a reference image wait until it is sent?"""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings


def keep(public_ids: Sequence[str], png: bytes) -> list[str]:
    """Store the image durably, before its jobs' rows; returns a path within the archive for each.

    Takes of one prompt share the bytes, not the name: each may go without the others.
    """
    names = [f"references/{public_id}.png" for public_id in public_ids]
    first = _inside(names[0])
    first.parent.mkdir(parents=True, exist_ok=True)
    _write(first, png)
    for name in names[1:]:
        try:
            os.link(first, _inside(name))
        except OSError:
            # A file system without links keeps copies.
            _write(_inside(name), png)
    return names


def read(name: str) -> bytes:
    """The image's bytes. FileNotFoundError where it is gone."""
    return _inside(name).read_bytes()


def kept(name: str) -> bytes | None:
    """The image's bytes, or None where there is or was none."""
    try:
        return read(name) if name else None
    except FileNotFoundError:
        return None


def is_kept(name: str) -> bool:
    """Is there an image under this name?"""
    return bool(name) and _inside(name).is_file()


def drop(name: str) -> None:
    """Forget the image; nothing happens where there is none."""
    if name:
        _inside(name).unlink(missing_ok=True)


def _write(path: Path, png: bytes) -> None:
    with path.open("wb") as file:
        file.write(png)
        file.flush()
        os.fsync(file.fileno())


def _inside(name: str) -> Path:
    return Path(settings.ARCHIVE_DIR) / name
