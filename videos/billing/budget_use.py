"""How much of each budget is used, and what is left?"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db.models import (
    BigIntegerField,
    Case,
    DateTimeField,
    Expression,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from videos.billing.money import amount_text, seconds_text
from videos.billing.periods import end_of, start_of
from videos.models import Budget, Charge
from videos.models.budget import TARGETS, Per, Scope, Unit
from videos.wire.cost import MICROS

WARN_PERCENT = 80
COLUMNS = {Unit.MONEY: "amount", Unit.SECONDS: "milliseconds"}


@dataclass(frozen=True)
class BudgetUse:
    """A budget and what is committed of it in its present period, in the budget's own unit."""

    budget: Budget
    used: int
    ends: datetime | None

    @classmethod
    def of(cls, budget: Budget, now: datetime) -> Self:
        """From a budget of `with_use`."""
        used: int = budget.used  # type: ignore[attr-defined]
        return cls(budget, used, end_of(Per(budget.per), now))

    @property
    def left(self) -> int:
        """What may still be spent; negative if more was spent than allowed."""
        return self.budget.limit - self.used

    @property
    def percent(self) -> int:
        """Used, in percent; 100 for a budget of nothing."""
        return 100 * self.used // self.budget.limit if self.budget.limit else 100

    @property
    def bar(self) -> int:
        """How much of a bar is filled, from 0 to 100."""
        return min(max(self.percent, 0), 100)

    @property
    def level(self) -> str:
        """`over` at 100 %, `near` at 80 %, empty below."""
        return "over" if self.percent >= 100 else "near" if self.percent >= WARN_PERCENT else ""

    def text(self, value: int) -> str:
        """A value in the budget's unit, for people."""
        is_money = self.budget.unit == Unit.MONEY
        return amount_text(value, self.budget.currency) if is_money else seconds_text(value)

    def exact(self, value: int) -> str:
        """A value in the budget's unit, not rounded, for the audit log."""
        return exact_text(self.budget, value)

    @property
    def left_text(self) -> str:
        """What is left, for people; nothing rather than a negative amount."""
        return self.text(max(self.left, 0))

    @property
    def used_text(self) -> str:
        """What is used, for people."""
        return self.text(self.used)

    @property
    def limit_text(self) -> str:
        """The limit, for people."""
        return self.text(self.budget.limit)


def exact_text(budget: Budget, value: int) -> str:
    """`0.405 USD` or `12.5 s`: a value in the budget's unit, not rounded."""
    if budget.unit != Unit.MONEY:
        return f"{value / 1000:g} s"
    whole, _point, parts = f"{Decimal(value) / MICROS:.6f}".partition(".")
    return f"{whole}.{parts.rstrip('0'):0<2} {budget.currency}"


def budget_uses(budgets: QuerySet[Budget], now: datetime | None = None) -> list[BudgetUse]:
    """What is used of each of `budgets`, in one query."""
    now = now or timezone.now()
    named = budgets.select_related("project", "member", "token__member")
    return [BudgetUse.of(budget, now) for budget in with_use(named, now)]


def with_use(budgets: QuerySet[Budget], now: datetime) -> QuerySet[Budget]:
    """`budgets` with `used`: the sum of the charges in the scope since its period began."""
    starts = [When(per=per, then=Value(start_of(per, now))) for per in Per]
    begun = budgets.annotate(start=Case(*starts, output_field=DateTimeField()))
    sums = [
        When(scope=scope, unit=unit, then=_sum(scope, column))
        for scope in Scope
        for unit, column in COLUMNS.items()
    ]
    return begun.annotate(used=Case(*sums, output_field=BigIntegerField()))


def _sum(scope: Scope, column: str) -> Expression:
    """The sum of the charges of the outer budget. Each scope has an index that holds it."""
    same: dict[str, Any] = {"currency": OuterRef("currency"), "booked_at__gte": OuterRef("start")}
    if scope in TARGETS:
        same[TARGETS[scope]] = OuterRef(TARGETS[scope])
    rows = Charge.objects.filter(**same).order_by().values("currency")
    return Coalesce(Subquery(rows.annotate(sum=Sum(column)).values("sum")), Value(0))
