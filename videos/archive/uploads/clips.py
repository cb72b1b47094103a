"""Where does an uploaded clip wait until it is sent?"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from videos.archive.errors import NotAClip
from videos.frames.inspection import Container, MediaError, Unreadable, inspect

# What providers are known to take.
SENDABLE = {Container.MP4, Container.MOV}


def keep(name: str, chunks: Iterable[bytes]) -> str:
    """Store the clip durably, before its row; returns its path within the archive. NotAClip."""
    path = _inside(kept := f"uploads/{name}.mp4")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if (container := inspect(path).container) not in SENDABLE:
            raise Unreadable(f"it is {container}, and has to be MP4 or MOV")
    except MediaError as error:
        drop(kept)
        raise NotAClip(error.reason) from error
    except BaseException:
        drop(kept)
        raise
    return kept


def read(name: str) -> bytes:
    """The clip's bytes. FileNotFoundError where it is gone."""
    return _inside(name).read_bytes()


def drop(name: str) -> None:
    """Forget the clip; nothing happens where there is none."""
    if name:
        with suppress(FileNotFoundError):
            _inside(name).unlink()


def _inside(name: str) -> Path:
    return Path(settings.ARCHIVE_DIR) / name
