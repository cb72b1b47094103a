"""Is a mirror alive, and was there ever a time when none was?"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from videos.jobs.send_count import Marker, is_behind, note_restored, read_marker
from videos.models import Heartbeat
from videos.models.lease import shared_now

log = logging.getLogger(__name__)

# A restart is shorter. A database that comes from a backup shows its mirrors' last beats, too,
# and they are older than that.
GAP = timedelta(minutes=1)
# A mirror beats every five seconds. After so long without, nothing moves, and people are told.
MIRROR_IS_LATE = timedelta(seconds=30)


def beat(name: str, last: datetime | None = None) -> datetime:
    """Record that the mirror called `name` is alive, and forget those of yesterday.

    `last` is what this process got from its last beat. Returns what to pass at the next. Where no
    mirror was alive for a while, or the database has forgotten our last beat or a send of ours, it
    may be an older copy of itself: that is written down before anything is sent.
    """
    marker = _marker()
    with transaction.atomic():
        now, seen = shared_now(), mirror_seen_at()
        forgotten = last is not None and (seen is None or seen < last)
        # Whoever slept with this very database, as a laptop does, knows that it is the same.
        gap = last is None and seen is not None and now - seen > GAP
        if marker is not None and is_behind(marker):
            note_restored(marker)
        elif forgotten or gap:
            note_restored()
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
        Heartbeat.objects.filter(at__lt=now - timedelta(days=1)).delete()
    return now


def _marker() -> Marker | None:
    """The count of sends in DATA_DIR; None where it cannot be had: then nothing is sent either."""
    try:
        return read_marker()
    except OSError as error:
        log.error("the count of sends cannot be read: %s", error)
        return None


def mirror_seen_at() -> datetime | None:
    """When any mirror last went round; None if none ever did."""
    latest: datetime | None = Heartbeat.objects.aggregate(at=Max("at"))["at"]
    return latest


def mirror_silence() -> tuple[datetime, timedelta] | None:
    """When any mirror last went round, and how long ago that is: both by the database's clock."""
    rows = Heartbeat.objects.annotate(now=Now()).order_by("-at").values_list("at", "now")
    latest = rows.first()
    return None if latest is None else (latest[0], latest[1] - latest[0])
