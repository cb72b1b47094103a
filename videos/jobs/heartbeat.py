"""Is a mirror alive?"""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from videos.models import Heartbeat


def beat(name: str) -> None:
    """Say that the mirror called `name` goes round, and forget those of yesterday."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
    Heartbeat.objects.filter(at__lt=now - timedelta(days=1)).delete()


def mirror_seen_at() -> datetime | None:
    """When any mirror last went round; None if none ever did."""
    latest: datetime | None = Heartbeat.objects.aggregate(at=Max("at"))["at"]
    return latest
