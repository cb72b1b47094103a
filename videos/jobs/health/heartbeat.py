"""Is a mirror running, and was there a time when none was?"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from videos.jobs.send_count import Marker, is_behind, read_marker, record_restore
from videos.models import Heartbeat
from videos.models.lease import shared_now

log = logging.getLogger(__name__)

# A restart takes less time. In a database restored from a backup, the last heartbeats are older.
GAP = timedelta(minutes=1)
# A mirror writes a heartbeat every five seconds. After this long without one, pages say so.
MIRROR_IS_LATE = timedelta(seconds=30)


def beat(name: str, last: datetime | None = None) -> datetime:
    """Record that the mirror called `name` is running, and delete heartbeats older than a day.

    `last` is the result of this process's previous call; pass None the first time. If no mirror ran
    for a while, or the database lacks our last heartbeat or a send, it may have been restored from
    a backup. That is recorded before anything is sent.
    """
    marker = _marker()
    with transaction.atomic():
        now, seen = shared_now(), mirror_seen_at()
        forgotten = last is not None and (seen is None or seen < last)
        # A process that was only asleep, as on a laptop, knows that the database is the same.
        gap = last is None and seen is not None and now - seen > GAP
        if marker is not None and is_behind(marker):
            record_restore(marker)
        elif forgotten or gap:
            record_restore()
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
        Heartbeat.objects.filter(at__lt=now - timedelta(days=1)).delete()
    return now


def _marker() -> Marker | None:
    """The count of sends in DATA_DIR; None if it can't be read. Then nothing is sent either."""
    try:
        return read_marker()
    except OSError as error:
        log.error("the count of sends can't be read: %s", error)
        return None


def mirror_seen_at() -> datetime | None:
    """When any mirror last wrote a heartbeat; None if none ever did."""
    latest: datetime | None = Heartbeat.objects.aggregate(at=Max("at"))["at"]
    return latest


def mirror_silence() -> tuple[datetime, timedelta] | None:
    """When any mirror last wrote a heartbeat, and how long ago, by the database's clock."""
    rows = Heartbeat.objects.annotate(now=Now()).order_by("-at").values_list("at", "now")
    latest = rows.first()
    return None if latest is None else (latest[0], latest[1] - latest[0])
