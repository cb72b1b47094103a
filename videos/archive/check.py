"""Is an archived file still the one we stored?"""

import errno
import hashlib
import os
import stat
from enum import StrEnum
from pathlib import Path

from django.conf import settings

# What a disk answers that no longer gives back what it took.
UNREADABLE = {errno.EIO, errno.EILSEQ, errno.EUCLEAN}


class Fault(StrEnum):
    """What is wrong with a file, as people read it."""

    MISSING = "missing"
    DAMAGED = "damaged"


def fault_of(path: str, size: int, sha256: str, *, quick: bool = False) -> Fault | None:
    """None: sound. `path` within the archive, `size` in bytes; `quick` leaves the hash out.

    Reads in small pieces. OSError: nobody can tell just now (no right to read, a disk away).
    """
    place = Path(settings.ARCHIVE_DIR) / path
    try:
        found = place.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size != size:
            return Fault.DAMAGED
        if quick:
            return None
        with place.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == sha256
    # ValueError: a path that no file can have.
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return Fault.MISSING
    except OSError as error:
        if error.errno in UNREADABLE:
            return Fault.DAMAGED
        raise
    return None if same else Fault.DAMAGED


def is_away() -> bool:
    """Is the whole archive gone, as when its disk is not mounted? One file says nothing then."""
    try:
        with os.scandir(settings.ARCHIVE_DIR) as entries:
            return next(entries, None) is None
    except OSError:
        return True
