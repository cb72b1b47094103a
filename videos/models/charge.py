"""What was reserved, settled and released for each clip? The rows of the ledger."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.job import VideoJob
from videos.models.member import Member, Role
from videos.models.project import Project
from videos.models.provider import Provider
from videos.models.token import AccessToken

CURRENCY = "USD"
# Far above any clip, and far below what overflows in a sum.
MOST_MICROS = 10**13
MOST_MS = 10**10
MAX_REASON = 300


class ChargeKind(models.TextChoices):
    """What an entry of the ledger records."""

    RESERVED = "reserved", gettext_lazy("Reserved")
    SETTLED = "settled", gettext_lazy("Settled")
    RELEASED = "released", gettext_lazy("Released")


class Source(models.TextChoices):
    """Where an amount comes from."""

    PRICE_LIST = "price_list", gettext_lazy("Price list")
    PROVIDER = "provider", gettext_lazy("Provider")
    # It is unknown whether it was billed, so it is counted as if it was.
    ASSUMED = "assumed", gettext_lazy("Assumed")
    UNKNOWN = "unknown", gettext_lazy("Price unknown")


class Outcome(models.TextChoices):
    """How a reservation ended; empty while it is open."""

    OPEN = "", gettext_lazy("In progress")
    COMPLETED = "completed", gettext_lazy("Completed")
    FAILED = "failed", gettext_lazy("Failed")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    MOVED = "moved", gettext_lazy("Moved to another model")
    PURGED = "purged", gettext_lazy("Deleted permanently")


# Entries outlive what they name, so the database doesn't enforce these keys.
UNLINKED: dict[str, Any] = {"null": True, "db_constraint": False, "db_index": False}


def _summed(name: str, *columns: str, condition: Q | None = None) -> models.Index:
    """An index that answers the sum of a time span without reading the table."""
    fields = [*columns, "booked_at", "amount", "milliseconds"]
    return models.Index(fields=fields, condition=condition, name=name)


class Charge(models.Model):
    """One entry of the ledger. Entries are only ever added.

    Amounts are signed millionths of `currency`, so that their plain sum is what is committed. A
    reservation opens a `turn` of a clip, and one entry closes it: settled (the difference to what
    it really cost) or released (minus the reservation). A clip that is moved to another model
    before it was sent, or that a person sends again, gets another turn. All entries of a turn have
    the time of its reservation in `booked_at`, so it counts in the period in which it was
    requested.
    """

    kind = models.CharField(max_length=8, choices=ChargeKind)
    is_closing = models.BooleanField(default=False)
    job = models.ForeignKey(VideoJob, models.DO_NOTHING, related_name="charges", **UNLINKED)
    public_id = models.CharField(max_length=38)
    turn = models.PositiveSmallIntegerField(default=1)
    amount = models.BigIntegerField(default=0)
    # What a closing entry closes; 0 for a reservation, whose `amount` it is.
    estimate = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default=CURRENCY)
    source = models.CharField(max_length=10, choices=Source)
    # Of video; signed as the amount is.
    milliseconds = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True, default=Outcome.OPEN)
    # Who requested it, for what, and from whom, at that time.
    member = models.ForeignKey(Member, models.DO_NOTHING, related_name="charges", **UNLINKED)
    role = models.CharField(max_length=10, choices=Role)
    project = models.ForeignKey(Project, models.DO_NOTHING, related_name="charges", **UNLINKED)
    token = models.ForeignKey(AccessToken, models.DO_NOTHING, related_name="charges", **UNLINKED)
    provider = models.ForeignKey(Provider, models.DO_NOTHING, related_name="charges", **UNLINKED)
    model = models.CharField(max_length=200)
    booked_at = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)
    # Why an admin allowed it over a budget.
    override = models.CharField(max_length=MAX_REASON, blank=True, default="")

    class Meta:
        indexes = [
            _summed("charge_team", "currency"),
            _summed("charge_member", "member", "currency"),
            _summed("charge_role", "role", "currency"),
            _summed("charge_project", "project", "currency", condition=Q(project__isnull=False)),
            _summed("charge_token", "token", "currency", condition=Q(token__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChargeKind.values), name="charge_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=ChargeKind.RESERVED, is_closing=False, outcome="", estimate=0)
                | (
                    Q(kind__in=[ChargeKind.SETTLED, ChargeKind.RELEASED], is_closing=True)
                    & ~Q(outcome="")
                ),
                name="charge_opens_or_closes",
            ),
            models.CheckConstraint(
                condition=Q(kind=ChargeKind.RESERVED, amount__gte=0, milliseconds__gte=0)
                | Q(kind=ChargeKind.RELEASED, amount=-F("estimate"), milliseconds__lte=0)
                | Q(kind=ChargeKind.SETTLED, amount__gte=-F("estimate"), milliseconds=0),
                name="charge_has_its_sign",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gte=-MOST_MICROS,
                    amount__lte=MOST_MICROS,
                    estimate__gte=0,
                    estimate__lte=MOST_MICROS,
                    milliseconds__gte=-MOST_MS,
                    milliseconds__lte=MOST_MS,
                ),
                name="charge_is_bounded",
            ),
            models.CheckConstraint(condition=~Q(currency=""), name="charge_has_a_currency"),
            models.CheckConstraint(
                condition=Q(source__in=Source.values, outcome__in=Outcome.values),
                name="charge_words_are_known",
            ),
            models.UniqueConstraint(
                fields=["job", "turn", "is_closing"], name="one_opening_and_one_closing_charge"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.kind} {self.amount}"
