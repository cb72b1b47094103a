"""Which conditions should members be notified of? The mirror checks them regularly.

An event creates its notice in its own transaction. A pause, a used-up budget and a clip about to
expire are states that can be read from the rows at any time, so no crash loses a notice. The key of
each notice says which pause, which period and which clip it is about.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from videos.billing.budget_use import BudgetUse, budget_uses
from videos.billing.periods import start_of
from videos.models import (
    Action,
    Budget,
    BulkRun,
    EventType,
    Notice,
    NoticeDelivery,
    NoticeKind,
    PauseKind,
    Provider,
    WebhookDelivery,
)
from videos.models.announce import announce
from videos.models.budget import Per, Scope
from videos.models.notice import KEPT
from videos.models.notify import notify
from videos.models.policies import members_who
from videos.models.queryset import VideoJobQuerySet
from videos.models.row_policies import managers_for
from videos.models.selectors import expiring_jobs, lost_jobs
from videos.notices.endpoints import forget_old_secrets
from videos.notices.outages import notify_of_outages

log = logging.getLogger(__name__)

# Pauses that a person has to end. For others, members are notified only if they last.
FOR_PEOPLE = (PauseKind.KEY, PauseKind.QUOTA, PauseKind.ENDPOINT, PauseKind.SEALED_KEY)
LASTING = timedelta(minutes=10)
# A clip is fetched within seconds. If it still isn't here, something keeps it from being fetched.
FETCHED_WITHIN, WARN_BEFORE = timedelta(minutes=5), timedelta(hours=6)
# Clips that were lost earlier aren't news.
LOST_SINCE = timedelta(days=1)
AT_ONCE = 200
# The log of webhooks.
LOG_KEPT = timedelta(days=30)


def watch(now: datetime | None = None) -> None:
    """Tell of the states that people have to know, and forget old notices. What goes wrong in one
    of these ends neither the others nor the mirror."""
    now = now or timezone.now()
    for look in (
        _notify_of_pauses,
        _notify_of_budgets,
        _notify_of_expiry,
        notify_of_outages,
        _forget_all,
    ):
        try:
            look(now)
        except Error:
            # The database: the mirror waits for it.
            raise
        except Exception:
            log.exception("%s failed", look.__name__)


def _forget_all(now: datetime) -> None:
    _forget(Notice.objects.old(now))
    _forget(NoticeDelivery.objects.filter(notice=None, created_at__lt=now - KEPT))
    _forget(BulkRun.objects.old(now))
    forget_old_secrets(now)
    _forget(WebhookDelivery.objects.filter(due_at=None, created_at__lt=now - LOG_KEPT))


def _forget(rows: QuerySet[Any]) -> None:
    """Delete some of `rows`; the others go the next times."""
    if old := list(rows.order_by().values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=old).delete()


def _notify_of_pauses(now: datetime) -> None:
    lasts = Q(paused_until=None) | Q(paused_until__gt=now)
    matters = Q(pause_kind__in=FOR_PEOPLE) | Q(paused_at__lt=now - LASTING)
    paused = Provider.objects.filter(lasts, matters, enabled=True, paused_at__isnull=False)
    for provider in paused:
        key = f"paused:{provider.pk}:{provider.paused_at:%Y%m%d%H%M%S}"
        values = {"provider": provider.name, "slug": provider.slug, "why": provider.pause_kind}
        notify(NoticeKind.PAUSED, managers_for(NoticeKind.PAUSED), key, values=values)
        data = {"provider": provider.slug, "reason": provider.pause_kind}
        announce(EventType.PAUSED, key, data)


def _notify_of_budgets(now: datetime) -> None:
    for use in budget_uses(Budget.objects.all(), now):
        if use.level:
            _notify_of_budget(use, now)


def _notify_of_budget(use: BudgetUse, now: datetime) -> None:
    """Once at 80 %, once at 100 %, in each of the budget's periods; again if its limit changes."""
    budget = use.budget
    begun = start_of(Per(budget.per), now)
    key = f"budget:{budget.pk}:{use.level}:{budget.limit}:{begun:%Y%m%d%H}"
    whose = budget.token.member_id if budget.token is not None else budget.member_id
    name = budget.role if budget.scope == Scope.ROLE else str(budget.target)
    values = {"scope": budget.scope, "name": name, "per": budget.per, "level": use.level}
    announce(EventType.BUDGET, key, values | {"percent": use.percent}, about=whose)
    if whose is not None:
        values["name"] = ""
    managers = members_who(Action.MANAGE_BUDGETS)
    notify(NoticeKind.BUDGET, managers, key, budget=budget, values=values | {"manages": True})
    if whose is not None:
        notify(NoticeKind.BUDGET, [whose], key, budget=budget, values=values)


def _notify_of_expiry(now: datetime) -> None:
    soon = expiring_jobs(now, now + WARN_BEFORE).filter(finished_at__lte=now - FETCHED_WITHIN)
    _notify_makers("expiring", soon)
    _notify_makers("lost", lost_jobs(now, now - LOST_SINCE))


def _notify_makers(what: str, rows: VideoJobQuerySet) -> None:
    notified = Notice.objects.filter(
        job=OuterRef("pk"), kind=NoticeKind.EXPIRING, key__startswith=f"{what}:"
    )
    expiring = rows.filter(~Exists(notified)).values_list("pk", "maker", "expires_at", "public_id")
    for job, maker, expires, public_id in expiring[:AT_ONCE]:
        values = {"what": what, "at": expires.isoformat() if expires else ""}
        with transaction.atomic():
            notify(NoticeKind.EXPIRING, [maker], f"{what}:{job}", job=job, values=values)
            data = {"id": public_id, "lost": what == "lost"}
            announce(EventType.EXPIRING, f"{what}:{job}", data)
