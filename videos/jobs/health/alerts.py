"""Which alerts apply now? Answered with one query, because every page needs it."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from videos.jobs.dispatch.needs_decision import unsure_characters
from videos.jobs.health.heartbeat import MIRROR_IS_LATE
from videos.jobs.remote.record import not_imported_anywhere
from videos.models import Heartbeat, Member, Provider, VideoJob


class ActiveAlerts(NamedTuple):
    """Which kinds of alert apply."""

    mirror_is_late: bool
    a_provider_is_paused: bool
    a_person_is_asked: bool
    has_not_imported: bool

    @property
    def is_calm(self) -> bool:
        """Return True if no alert applies."""
        return not any(self)


def active_alerts() -> ActiveAlerts:
    """The alerts that apply now."""
    row = next(iter(_kinds(timezone.now())), None)
    return ActiveAlerts(*map(bool, row)) if row else ActiveAlerts(True, False, False, False)


def _kinds(now: datetime) -> QuerySet[Member, tuple[bool, ...]]:
    kinds = {
        "late": ~Exists(Heartbeat.objects.filter(at__gt=Now() - MIRROR_IS_LATE)),
        "paused": Exists(Provider.objects.filter(enabled=True, paused_at__isnull=False)),
        "waits": Q(Exists(VideoJob.objects.needing_decision(now))) | Q(Exists(unsure_characters())),
        "not_imported": Exists(not_imported_anywhere()),
    }
    # Annotated on a member, because there is one as soon as pages are shown.
    return Member.objects.annotate(**kinds).order_by().values_list(*kinds)[:1]
