"""What can go wrong in the archive?"""

import errno
import sqlite3

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# PostgreSQL's code for a full disk.
SQLSTATE_FULL = "53100"


class ArchiveError(Exception):
    """Base of the archive's errors."""


class DiskFull(ArchiveError):
    """There is no space left; try again later."""


class LeaseLost(ArchiveError):
    """Another mirror has the job now, or this process was asked to stop."""


class NotAClip(ArchiveError):
    """The file isn't a video, or isn't complete. The message says which."""


def is_disk_full(error: BaseException) -> bool:
    """Return True if a file or the database couldn't be written because its disk is full."""
    cause = error.__cause__
    return (
        (isinstance(error, OSError) and error.errno in FULL)
        or getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(cause, "sqlstate", None) == SQLSTATE_FULL
    )
