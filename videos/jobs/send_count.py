"""Was the database restored from a backup since something was last sent?

Each send is counted in the database, and then, before the first byte goes out, in a file of
DATA_DIR. A database whose count is behind the file has forgotten sends, however short the time
since the backup was made. A crash between the two leaves the file behind, which means nothing.

Each DATA_DIR has a count of its own, so mirrors on several machines do not disturb each other. It
notices what was sent with this DATA_DIR. With a new DATA_DIR, or one restored together with the
database, only the gap in the heartbeats tells (see running/heartbeat.py).
"""

import os
import secrets
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Max

from videos.models import Resumption, SendMark, VideoJob
from videos.models.lease import shared_now


class Marker(NamedTuple):
    """What the file says: an id of the DATA_DIR, and how many sends were begun with it."""

    directory: str
    sends: int


def read_marker() -> Marker:
    """What the file says now; it is made where there is none, or none that can be read."""
    try:
        if (found := _parsed(_path().read_bytes())) is not None:
            return found
    except FileNotFoundError:
        pass
    return _write(Marker(secrets.token_hex(16), 0))


def is_behind(marker: Marker) -> bool:
    """Has the database forgotten sends that the file knows of?"""
    row = SendMark.objects.filter(directory=marker.directory).first()
    return marker.sends > (row.sends if row else 0)


def count_send(marker: Marker) -> Marker:
    """Count one more send in the database, in the transaction that begins it.

    The caller writes the result to the file when that is committed, and only then sends.
    """
    row, _ = SendMark.objects.select_for_update().get_or_create(directory=marker.directory)
    row.sends = max(row.sends, marker.sends) + 1
    row.save(update_fields=["sends"])
    return marker._replace(sends=row.sends)


def keep_marker(marker: Marker) -> None:
    """Write the count to the file, on the disk when this returns. OSError."""
    _write(marker)


def note_restored(marker: Marker | None = None) -> None:
    """Write down that the database may be an older copy: all rows that wait to be sent now are
    looked for at their provider first. From here on it counts as the file does."""
    newest = VideoJob.objects.aggregate(pk=Max("pk"))["pk"] or 0
    found = {"at": shared_now(), "newest_job": newest}
    Resumption.objects.update_or_create(pk=1, defaults=found)
    if marker is not None:
        sends = {"sends": marker.sends}
        SendMark.objects.update_or_create(directory=marker.directory, defaults=sends)


def _write(marker: Marker) -> Marker:
    """Write it in place, under a lock; what another thread or process wrote stays if it is ahead.

    A new file takes its id from whoever came first.
    """
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        flock(handle, LOCK_EX)
        known = _parsed(os.pread(handle, 100, 0))
        if known is not None and (known.directory != marker.directory or known >= marker):
            return known
        # Always of one length and far shorter than a sector: never half written.
        os.pwrite(handle, f"{marker.directory} {marker.sends:020d}\n".encode(), 0)
        os.fsync(handle)
        return marker
    finally:
        os.close(handle)


def _parsed(data: bytes) -> Marker | None:
    directory, _, count = data.decode("ascii", "replace").strip().partition(" ")
    return Marker(directory, int(count)) if directory and count.isdecimal() else None


def _path() -> Path:
    return Path(settings.SEND_COUNT_FILE)
