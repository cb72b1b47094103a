"""How does one worker among many claim a row, and prove later that it still holds it?

A row is due when `due_at` has passed. A claim writes a new token and a deadline. Every later write
filters by the token, so a worker that has slept past its lease updates no row.

Leases are written and compared by the database's clock, so mirrors with different clocks never hold
the same row. If that clock jumps forward, every lease looks expired. An expired lease is therefore
taken over only if it hasn't changed for the time in which a living holder would renew it.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

M = TypeVar("M", bound="Leased")

# A row that was claimed this often without a result may be crashing its workers. Such rows are
# claimed separately from others, in smaller and smaller groups, and finally one by one.
SUSPECT_AFTER = 2
# How many expired leases are remembered, and for how long.
MAX_SEEN, KEEP_SECONDS = 20_000, 600.0
GROUPS = {SUSPECT_AFTER: 100, SUSPECT_AFTER + 1: 10}


def shared_now() -> datetime:
    """The time of the database's clock, which all processes share."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


def lease_end() -> Combinable:
    """When a lease ends that is taken or renewed now."""
    return Now() + timedelta(seconds=settings.LEASE_SECONDS)


def _is_free() -> Q:
    # Further ahead than any lease: written before the clock was set back.
    too_far = Now() + timedelta(seconds=2 * settings.LEASE_SECONDS)
    return Q(lease_until=None) | Q(lease_until__lte=Now()) | Q(lease_until__gt=too_far)


def renewed_within() -> float:
    """Seconds of monotonic time within which a living mirror renews its leases."""
    return settings.LEASE_SECONDS / 2


class ExpiredLeases:
    """The expired leases that this process has seen, and since when. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since: dict[tuple[str, int, str, datetime], float] = {}

    def is_over(self, model: str, pk: int, token: str, until: datetime) -> bool:
        """Return True if this lease has been expired, unchanged, for long enough."""
        now = self._clock()
        if len(self._since) > MAX_SEEN:
            self._since = {key: at for key, at in self._since.items() if now - at < KEEP_SECONDS}
        since = self._since.setdefault((model, pk, token, until), now)
        return now - since >= renewed_within()


expired_leases = ExpiredLeases()


class LeasedQuerySet(models.QuerySet[M]):
    """Rows that wait for a worker."""

    def free(self) -> Self:
        """Rows without a valid lease."""
        return self.filter(_is_free())

    def held(self, token: str) -> Self:
        """Rows still held under `token`, the fencing token of a claim."""
        return self.filter(lease_token=token)

    def claim(self, limit: int, *, suspects: bool = True) -> list[M]:
        """Claim up to `limit` of these rows under one new token, and return them.

        With `suspects`, they include one group of rows that several workers in a row have not
        finished. Do not filter by `claims`: the claim changes it.
        """
        free = self._chosen(limit, suspects)
        if not free:
            return []
        token = secrets.token_hex(16)
        with transaction.atomic():
            rows = self.model._default_manager.filter(pk__in=free)
            rows.filter(_is_free()).update(
                lease_token=token, lease_until=lease_end(), claims=F("claims") + 1
            )
        return list(self.filter(pk__in=free, lease_token=token))

    def _chosen(self, limit: int, suspects: bool) -> list[int]:
        rows = self.free() if suspects else self.free().filter(claims__lt=SUSPECT_AFTER)
        candidates = self._without_living(rows, limit)
        # Those with the fewest claims first: they are the least likely to crash the worker.
        least = min((claims for _, claims in candidates if claims >= SUSPECT_AFTER), default=-1)
        group = [pk for pk, claims in candidates if claims == least][: GROUPS.get(least, 1)]
        return [pk for pk, claims in candidates if claims < SUSPECT_AFTER] + group

    def _without_living(self, rows: Self, limit: int) -> list[tuple[int, int]]:
        """Up to `limit` (pk, claims) of `rows`, without those that may still be renewed."""
        label = self.model._meta.label
        seen = list(rows.values_list("pk", "claims", "lease_token", "lease_until")[:limit])
        free = [
            (pk, claims)
            for pk, claims, token, until in seen
            if until is None or expired_leases.is_over(label, pk, token, until)
        ]
        if len(free) == len(seen):
            return free
        # Rows that were never held must not wait behind the others.
        remaining = limit - len(free)
        never_held = rows.filter(lease_until=None).exclude(pk__in=[pk for pk, _ in free])
        return free + list(never_held.values_list("pk", "claims")[:remaining])

    def hand_back(self, rows: Sequence[M]) -> None:
        """Release rows of one claim whose step was not started. `due_at` stays as it was."""
        if rows:
            mine = self.held(rows[0].lease_token).filter(pk__in=[row.pk for row in rows])
            mine.update(lease_token="", lease_until=None, claims=F("claims") - 1)


class Leased(models.Model):
    """Columns of a row that has a next step."""

    due_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    # Claims since the last result was written: shows rows that crash their workers.
    claims = models.PositiveSmallIntegerField(default=0)
    # Failed tries of the current step, for the back-off.
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def is_suspect(self) -> bool:
        """Return True if several claims before this one had no result."""
        return self.claims > SUSPECT_AFTER

    def is_held(self) -> bool:
        """Return True if this instance's claim is still valid."""
        rows = type(self)._default_manager.filter(pk=self.pk, lease_token=self.lease_token)
        return rows.exists()

    def write_back(self, **changes: Any) -> bool:
        """Write `changes` and end the claim. False if the lease was lost: nothing was written."""
        rows = type(self)._default_manager.filter(pk=self.pk, lease_token=self.lease_token)
        return rows.update(**RELEASED | changes) == 1


RELEASED: dict[str, Any] = {"lease_token": "", "lease_until": None, "claims": 0}
