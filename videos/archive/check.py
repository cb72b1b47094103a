"""Is an archived file still the one we stored?"""

import errno
import hashlib
import os
import stat
from enum import StrEnum
from pathlib import Path

from django.conf import settings

# Errors of a disk that can't return stored data.
UNREADABLE = {errno.EIO, errno.EILSEQ, errno.EUCLEAN}


class Fault(StrEnum):
    """What is wrong with a file; the values are shown to people."""

    MISSING = "missing"
    DAMAGED = "damaged"


def fault_of(path: str, size: int, sha256: str, *, quick: bool = False) -> Fault | None:
    """What is wrong with a file of the archive; None if it is intact. `quick` skips the hash.

    Reads in small chunks. Raises OSError if it can't be decided now, for example because of missing
    permissions or a disconnected disk.
    """
    place = Path(settings.ARCHIVE_DIR) / path
    try:
        stat_result = place.lstat()
        if not stat.S_ISREG(stat_result.st_mode) or stat_result.st_size != size:
            return Fault.DAMAGED
        if quick:
            return None
        with place.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == sha256
    # ValueError: the path isn't valid for any file.
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return Fault.MISSING
    except OSError as error:
        if error.errno in UNREADABLE:
            return Fault.DAMAGED
        raise
    return None if same else Fault.DAMAGED


def is_away() -> bool:
    """Return True if the whole archive is missing, as when its disk isn't mounted.

    Then a single missing file means nothing.
    """
    try:
        with os.scandir(settings.ARCHIVE_DIR) as entries:
            return next(entries, None) is None
    except OSError:
        return True
