"""Where are uploaded clips stored until they are sent?"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from videos import durable
from videos.archive.errors import NotAClip
from videos.frames.inspection import Container, MediaError, Unreadable, inspect

# Containers that providers accept.
SENDABLE = {Container.MP4, Container.MOV}


def keep(name: str, chunks: Iterable[bytes]) -> str:
    """Store the clip and return its path within the archive. Raises NotAClip."""
    path = _inside(stored := f"uploads/{name}.mp4")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        durable.write_file(path, chunks)
        if (container := inspect(path).container) not in SENDABLE:
            raise Unreadable(f"it is {container}, and has to be MP4 or MOV")
    except MediaError as error:
        drop(stored)
        raise NotAClip(error.reason) from error
    except BaseException:
        drop(stored)
        raise
    return stored


def read(name: str) -> bytes:
    """The clip's bytes. Raises FileNotFoundError."""
    return _inside(name).read_bytes()


def drop(name: str) -> None:
    """Delete the clip, if there is one."""
    if name:
        with suppress(FileNotFoundError):
            _inside(name).unlink()


def _inside(name: str) -> Path:
    return Path(settings.ARCHIVE_DIR) / name
