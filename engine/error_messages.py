"""Error messages for clips that failed."""

import errno
import os

from videos.wire import MAX_TEXT

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
STORAGE = (*FULL, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EIO)


def explain(error: Exception) -> tuple[str, str]:
    """(code, message) of the job's `error`."""
    number = error.errno if isinstance(error, OSError) else None
    if number in FULL:
        return "disk_full", "The engine's disk is full. Free some space and try again."
    if number in STORAGE:
        reason = os.strerror(number or 0)
        return "storage_error", f"The engine cannot use its data directory: {reason}."
    detail = f"{type(error).__name__}: {error}"[:MAX_TEXT]
    return "render_failed", f"The video could not be rendered ({detail})."
