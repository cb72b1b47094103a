"""Where does a reference image wait until it is sent?"""

import os
from pathlib import Path

from django.conf import settings


def keep(public_id: str, png: bytes) -> str:
    """Store the image durably, before its job's row; returns its path within the archive."""
    name = f"references/{public_id}.png"
    path = _inside(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(png)
        file.flush()
        os.fsync(file.fileno())
    return name


def read(name: str) -> bytes:
    """The image's bytes. FileNotFoundError where it is gone."""
    return _inside(name).read_bytes()


def kept(name: str) -> bytes | None:
    """The image's bytes, or None where there is or was none."""
    try:
        return read(name) if name else None
    except FileNotFoundError:
        return None


def drop(name: str) -> None:
    """Forget the image; nothing happens where there is none."""
    if name:
        _inside(name).unlink(missing_ok=True)


def _inside(name: str) -> Path:
    return Path(settings.ARCHIVE_DIR) / name
