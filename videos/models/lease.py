"""How does one worker among many take a row, and prove later that it still holds it?

A row is due when `due_at` has passed. A claim writes a fresh token and a deadline; every later
write names the token, so a worker that slept past its lease hits no row.

Leases are written and judged by the database's clock: mirrors whose own clocks differ never hold
the same row.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
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
    return Q(lease_until=None) | Q(lease_until__lte=Now())


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
        found = list(rows.values_list("pk", "claims")[:limit])
        # Those that died least often first: they are the least likely to do it again.
        least = min((claims for _, claims in found if claims >= SUSPECT_AFTER), default=-1)
        group = [pk for pk, claims in found if claims == least][: GROUPS.get(least, 1)]
        return [pk for pk, claims in found if claims < SUSPECT_AFTER] + group

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
