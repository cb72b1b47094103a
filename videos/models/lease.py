"""How does one worker among many take a row, and prove later that it still holds it?

A row is due when `due_at` has passed. A claim writes a fresh token and a deadline; every later
write names the token, so a worker that slept past its lease hits no row.

Leases are written and judged by the database's clock: mirrors whose own clocks differ never hold
the same row. That clock may jump forward, and then every lease looks expired. So an expired lease
is taken over only if it's still the same after a time in which a living holder renews it.
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

# Claimed so often without a word written back, a row may be what ends its workers: from then on
# such rows are claimed apart from others, in ever smaller groups, and alone at the last.
SUSPECT_AFTER = 2
# Of expired leases: how many are remembered before old ones are forgotten, and for how long.
MAX_SEEN, KEEP_SECONDS = 20_000, 600.0
GROUPS = {SUSPECT_AFTER: 100, SUSPECT_AFTER + 1: 10}


def shared_now() -> datetime:
    """What the database's clock says: the same for all processes, wherever they run."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
        return told


def lease_end() -> Combinable:
    """Until when a row is held that is claimed or renewed now."""
    return Now() + timedelta(seconds=settings.LEASE_SECONDS)


def _is_free() -> Q:
    # Further ahead than any lease reaches, it was written by a clock that has since been set back.
    too_far = Now() + timedelta(seconds=2 * settings.LEASE_SECONDS)
    return Q(lease_until=None) | Q(lease_until__lte=Now()) | Q(lease_until__gt=too_far)


def renewed_within() -> float:
    """Seconds of monotonic time in which a living mirror surely renews its leases."""
    return settings.LEASE_SECONDS / 2


class ExpiredLeases:
    """Which leases this process has seen expired, and since when. Threads may share it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since: dict[tuple[str, int, str, datetime], float] = {}

    def is_over(self, model: str, pk: int, token: str, until: datetime) -> bool:
        """Return True if this very lease was seen expired long enough ago."""
        now = self._clock()
        if len(self._since) > MAX_SEEN:
            self._since = {key: at for key, at in self._since.items() if now - at < KEEP_SECONDS}
        since = self._since.setdefault((model, pk, token, until), now)
        return now - since >= renewed_within()


expired_leases = ExpiredLeases()


class LeasedQuerySet(models.QuerySet[M]):
    """Rows that wait for a worker."""

    def free(self) -> Self:
        """Rows that nobody holds now."""
        return self.filter(_is_free())

    def held(self, token: str) -> Self:
        """Rows that `token` still holds. The write that names it is the fence."""
        return self.filter(lease_token=token)

    def claim(self, limit: int, *, suspects: bool = True) -> list[M]:
        """Up to `limit` of these rows, each now held under one fresh token.

        With `suspects`, one group of those that several workers in a row have not come back from
        is among them. Do not filter by `claims`, which the claim itself changes.
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
        found = self._without_living(rows, limit)
        # Those that died least often first: they are the least likely to do it again.
        least = min((claims for _, claims in found if claims >= SUSPECT_AFTER), default=-1)
        group = [pk for pk, claims in found if claims == least][: GROUPS.get(least, 1)]
        return [pk for pk, claims in found if claims < SUSPECT_AFTER] + group

    def _without_living(self, rows: Self, limit: int) -> list[tuple[int, int]]:
        """Up to `limit` (pk, claims) of `rows`, without those whose holder may still renew them."""
        label = self.model._meta.label
        seen = list(rows.values_list("pk", "claims", "lease_token", "lease_until")[:limit])
        found = [
            (pk, claims)
            for pk, claims, token, until in seen
            if until is None or expired_leases.is_over(label, pk, token, until)
        ]
        if len(found) == len(seen):
            return found
        # Rows that nobody holds must not wait behind them.
        room = limit - len(found)
        never_held = rows.filter(lease_until=None).exclude(pk__in=[pk for pk, _ in found])
        return found + list(never_held.values_list("pk", "claims")[:room])

    def hand_back(self, rows: Sequence[M]) -> None:
        """Free rows of one claim whose step was not begun. They are as due as they were before."""
        if rows:
            mine = self.held(rows[0].lease_token).filter(pk__in=[row.pk for row in rows])
            mine.update(lease_token="", lease_until=None, claims=F("claims") - 1)


class Leased(models.Model):
    """Columns of a row that has a next step."""

    due_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    # Claims since the last step that was written back: what kills its worker each time shows here.
    claims = models.PositiveSmallIntegerField(default=0)
    # Failed tries of the present step, for the back-off.
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def is_suspect(self) -> bool:
        """Was this claim taken although several before it had come to nothing?"""
        return self.claims > SUSPECT_AFTER

    def is_held(self) -> bool:
        """Does the claim that this instance came from still stand?"""
        rows = type(self)._default_manager.filter(pk=self.pk, lease_token=self.lease_token)
        return rows.exists()

    def write_back(self, **changes: Any) -> bool:
        """End the claim and write `changes`. False: the lease was lost, nothing was written."""
        rows = type(self)._default_manager.filter(pk=self.pk, lease_token=self.lease_token)
        return rows.update(**RELEASED | changes) == 1


RELEASED: dict[str, Any] = {"lease_token": "", "lease_until": None, "claims": 0}
