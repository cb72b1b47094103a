"""Where are reference images stored?"""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from videos import durable


def keep(public_ids: Sequence[str], png: bytes, suffix: str = "") -> list[str]:
    """Store the image for each job, and return their paths in the archive. `suffix` distinguishes
    several images of one job. All or none: after an OSError, nothing is left.

    Takes of one prompt share the bytes by hard links, so each can be deleted on its own.
    """
    names = [f"references/{public_id}{suffix}.png" for public_id in public_ids]
    try:
        write(names[0], png)
        for name in names[1:]:
            _link(_inside(names[0]), _inside(name), png)
        durable.sync(_inside(names[0]).parent)
    except OSError:
        for name in names:
            drop(name)
        raise
    return names


def _link(first: Path, path: Path, png: bytes) -> None:
    try:
        os.link(first, path)
    except OSError:
        # A file system without hard links gets copies.
        durable.write_file(path, png)


def read(name: str) -> bytes:
    """The image's bytes. Raises FileNotFoundError."""
    return _inside(name).read_bytes()


def stored_bytes(name: str) -> bytes | None:
    """The image's bytes, or None if there is no image."""
    try:
        return read(name) if name else None
    except FileNotFoundError:
        return None


def is_kept(name: str) -> bool:
    """Return True if there is an image with this name."""
    return bool(name) and _inside(name).is_file()


def drop(name: str) -> None:
    """Delete the image, if there is one."""
    if name:
        _inside(name).unlink(missing_ok=True)


def write(name: str, png: bytes) -> None:
    """Store an image under this name."""
    path = _inside(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    durable.write_file(path, png)


def _inside(name: str) -> Path:
    return Path(settings.ARCHIVE_DIR) / name
