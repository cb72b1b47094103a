"""How is a file written so that after a crash or a power cut it is whole, or not there at all?"""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

# Files that are still being written. Backups leave them out.
PART = ".part-"


def write_file(path: Path, data: bytes | Iterable[bytes], *, mode: int = 0o666) -> None:
    """Write a file, which replaces one of that name. `mode` is narrowed by the umask.

    After an error nothing of it is left, and a file that was there before is unchanged.
    """
    with _written(path, data, mode) as part:
        publish(part, path)


def create_file(path: Path, data: bytes, *, mode: int = 0o666) -> bool:
    """The same, unless there is a file of that name already. Return True if it was written now.

    If several processes do this at once, the first one's file stays.
    """
    with _written(path, data, mode) as part:
        try:
            os.link(part, path)
        except FileExistsError:
            return False
        sync(path.parent)
        return True


def publish(part: Path, path: Path) -> None:
    """Give a file or folder, whose content is on the disk, its final name on the same disk."""
    part.rename(path)
    sync(path.parent)


def flush(file: IO[bytes]) -> None:
    """Wait until what was written to an open file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Wait until a file's content, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _written(path: Path, data: bytes | Iterable[bytes], mode: int) -> Iterator[Path]:
    """A temporary file beside `path` that is on the disk; it is deleted unless it was renamed."""
    part = path.with_name(f"{PART}{secrets.token_hex(8)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            flush(file)
        yield part
    finally:
        part.unlink(missing_ok=True)
