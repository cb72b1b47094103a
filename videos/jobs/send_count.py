"""Was the database restored from a backup since something was last sent?

Each send is counted in the database and then, before the first byte is sent, in a file in DATA_DIR.
A database whose count is lower than the file's was restored from a backup, however recent. A crash
between the two writes leaves the file lower, which is harmless.

Each DATA_DIR has its own count, so mirrors on several machines don't interfere. The count covers
what was sent with this DATA_DIR. With a new DATA_DIR, or one restored together with the database,
only a gap in the heartbeats shows that the database was restored (see health/heartbeat.py).
"""

import os
import secrets
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Max

from videos.models import DatabaseRestore, SendCount, VideoJob
from videos.models.lease import shared_now
from videos.wire.values import whole_number


class Marker(NamedTuple):
    """The file's content: an id of the DATA_DIR, and how many sends were started with it."""

    directory: str
    sends: int


def read_marker() -> Marker:
    """Read the file. Creates it if it's missing or unreadable. Raises OSError."""
    try:
        if (marker := _parsed(_path().read_bytes())) is not None:
            return marker
    except FileNotFoundError:
        pass
    return _write(Marker(secrets.token_hex(16), 0))


def is_behind(marker: Marker) -> bool:
    """Return True if the file counts sends that the database doesn't."""
    row = SendCount.objects.filter(directory=marker.directory).first()
    return marker.sends > (row.sends if row else 0)


def database_is_older() -> bool:
    """Return True if the database was restored and no mirror has noticed yet, or if in doubt."""
    try:
        return is_behind(read_marker())
    except OSError:
        return True


def count_send(marker: Marker) -> Marker:
    """Count one more send in the database, in the transaction that starts it.

    The caller commits, writes the result to the file, and only then sends.
    """
    row, _ = SendCount.objects.select_for_update().get_or_create(directory=marker.directory)
    row.sends = max(row.sends, marker.sends) + 1
    row.save(update_fields=["sends"])
    return marker._replace(sends=row.sends)


def write_marker(marker: Marker) -> None:
    """Write the count to the file and sync it to the disk. Raises OSError."""
    _write(marker)


def record_restore(marker: Marker | None = None) -> None:
    """Record that the database may be an older copy.

    All rows that are waiting now are searched for at their provider before they are sent. The
    database takes over the file's count.
    """
    newest = VideoJob.objects.aggregate(pk=Max("pk"))["pk"] or 0
    restore = {"at": shared_now(), "newest_job": newest}
    DatabaseRestore.objects.update_or_create(pk=1, defaults=restore)
    if marker is not None:
        sends = {"sends": marker.sends}
        SendCount.objects.update_or_create(directory=marker.directory, defaults=sends)


def _write(marker: Marker) -> Marker:
    """Write the file in place, under a lock, unless another thread or process wrote a higher count.

    If two processes create the file at once, the first one's id stays.
    """
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        flock(handle, LOCK_EX)
        current = _parsed(os.pread(handle, 100, 0))
        if current is not None and (current.directory != marker.directory or current >= marker):
            return current
        # Always the same length and far shorter than a sector, so it's never half written.
        os.pwrite(handle, f"{marker.directory} {marker.sends:020d}\n".encode(), 0)
        os.fsync(handle)
        return marker
    finally:
        os.close(handle)


def _parsed(data: bytes) -> Marker | None:
    directory, _, count = data.decode("ascii", "replace").strip().partition(" ")
    number = whole_number(count, 20)
    return Marker(directory, number) if directory and number is not None else None


def _path() -> Path:
    return Path(settings.SEND_COUNT_FILE)
