"""Which clip is sent next? Members take turns at each provider.

Every member's first waiting clip is sent before any member's second. Clips that a member already
has at the provider count as turns taken. Between equals, the member who was served longest ago
comes first. A clip that an admin has moved up comes before all others.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import (
    Case,
    Count,
    Expression,
    F,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from videos.jobs.dispatch.limits import UNDER_WAY, free_slots_of_providers
from videos.jobs.dispatch.paused_queues import holds
from videos.models import JobStatus, Provider, VideoJob
from videos.models.lease import LeasedQuerySet

Rows = TypeVar("Rows", bound=QuerySet[Any])
# Members who were last served longer ago than this come first, in any order.
REMEMBERED = timedelta(days=1)
RUNNING = Q(status__in=UNDER_WAY, due_at__isnull=False)
SENDING = Q(status=JobStatus.SUBMITTING, submit_started_at__isnull=False)


Served = list[dict[str, Any]]


def next_to_send(rows: LeasedQuerySet[Any]) -> LeasedQuerySet[Any]:
    """Those of the due `rows` that may be sent now, in order.

    For a provider with a limit these are only as many as may be sent. With more, chance would
    decide which ones are sent.
    """
    served, slots, held = last_served(), free_slots_of_providers(), holds()
    rows = held.not_held(rows)
    for member, free_slots in held.free_slots.items():
        mine = in_send_order(rows.filter(maker=member).free(), served)
        chosen = list(mine.values_list("pk", flat=True)[: max(free_slots, 0)])
        rows = rows.filter(~Q(maker=member) | Q(pk__in=chosen))
    if not slots:
        return in_send_order(rows, served)
    chosen = []
    for provider, free_slots in slots.items():
        waiting = in_send_order(rows.filter(provider=provider).free(), served)
        # A row that another mirror may still hold must not take the place of a free one.
        for each in (waiting, waiting.filter(lease_until=None)) if free_slots > 0 else ():
            chosen += each.values_list("pk", flat=True)[:free_slots]
    return in_send_order(rows.filter(Q(pk__in=chosen) | ~Q(provider__in=slots)), served)


def in_send_order(rows: Rows, served: Served | None = None) -> Rows:
    """Sort waiting jobs in the order in which they are sent."""
    served = last_served() if served is None else served
    own = Window(
        RowNumber(),
        partition_by=[F("provider"), F("maker")],
        order_by=[F("due_at").asc(), F("pk").asc()],
    )
    busy = _by_member((row["provider"], row["maker"], row["busy"]) for row in served)
    rank = _by_member(
        (row["provider"], row["maker"], place) for place, row in enumerate(served, start=1)
    )
    moved_up = F("moved_up_at").desc(nulls_last=True)
    return rows.annotate(turn=own + busy, rank=rank).order_by(
        moved_up, "turn", "rank", "due_at", "pk"
    )


def last_served() -> Served:
    """Members served recently at each provider, longest ago first, with their unfinished jobs."""
    since = timezone.now() - REMEMBERED
    # With the providers named, the index of what was sent is read from this day on, and not whole.
    providers = Provider.objects.order_by().values("pk")
    sent = VideoJob.objects.filter(provider__in=providers, submit_started_at__gt=since).order_by()
    by_member: Any = sent.values("provider", "maker").annotate(
        busy=Count("pk", filter=RUNNING | SENDING), last=Max("submit_started_at")
    )
    return list(by_member.order_by("last"))


def _by_member(numbers: Iterable[tuple[int, int, int]]) -> Expression:
    """An expression with a number for each provider and member; 0 for all others."""
    whens = [When(provider=pk, maker=who, then=Value(n)) for pk, who, n in numbers if n]
    zero = Value(0, output_field=IntegerField())
    return Case(*whens, default=zero, output_field=IntegerField()) if whens else zero
