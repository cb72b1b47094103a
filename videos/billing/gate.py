"""May this be spent? Asked in the very transaction that reserves it.

The budgets that a request counts against are locked first, always in the same order, and only then
is it read what they have left. On PostgreSQL the rows are locked; on SQLite the transaction holds
the one write lock. So of any number of requests at once, from browsers, scripts and terminals, only
those that fit are admitted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from videos.billing.budget_use import BudgetUse, with_use
from videos.models import (
    AuditAction,
    Budget,
    Charge,
    Member,
    VideoJob,
    ledger,
    record_clips,
)
from videos.models.budget import BudgetQuerySet, Scope, Unit
from videos.models.row_policies import may_override_budgets
from videos.wire.text import gettext_noop


class OverBudget(Exception):
    """A hard budget doesn't allow it. `needed` is in the budget's unit; None if it isn't known.
    `all` has the refusals of all budgets, this one among them."""

    def __init__(self, use: BudgetUse, needed: int | None) -> None:
        self.use, self.needed = use, needed
        self.all: Sequence[OverBudget] = (self,)
        super().__init__(self.message())

    def message(self, *, numbers: bool = True) -> str:
        """Why it is refused; without `numbers`, for those who may not see them."""
        use = self.use
        values = {"budget": use.budget, "left": use.left_text, "limit": use.limit_text}
        if self.needed is None and use.budget.unit == Unit.MONEY:
            text = _(
                "The price isn't known, so it can't be counted against the budget “%(budget)s”. "
                "Choose a model with a price, or ask an admin."
            )
            return text % values
        if self.needed is None:
            text = _(
                "The length isn't known, so it can't be counted against the budget “%(budget)s”. "
                "Choose another length, or ask an admin."
            )
            return text % values
        if not numbers:
            text = _("This would go over the budget “%(budget)s”. Ask an admin.")
            return text % values
        text = _(
            "This would go over the budget “%(budget)s”. It would use %(needed)s, and %(left)s of "
            "%(limit)s is left."
        )
        return text % (values | {"needed": use.text(self.needed)})


@dataclass(frozen=True)
class Cost:
    """What one clip takes: money and length, None where unknown, and its project."""

    micros: int | None
    milliseconds: int | None
    project: int | None


def cost_of(job: VideoJob) -> Cost:
    """What a job takes that is not charged yet."""
    micros = None if job.price is None else ledger.micros(job.price)
    return Cost(micros, ledger.video_ms(job) or None, job.project_id)


def admit(jobs: Sequence[VideoJob], token: int | None = None) -> None:
    """Raise OverBudget unless all of `jobs`, of one member, fit into every hard budget.

    Call it in the transaction that then reserves their prices.
    """
    maker = jobs[0].maker
    costs = [cost_of(job) for job in jobs]
    projects = {each.project for each in costs if each.project is not None}
    budgets = Budget.objects.applying_to(maker.pk, maker.role, projects=projects, token=token)
    _admit(budgets.filter(is_hard=True), costs)


def admit_move(job: VideoJob) -> None:
    """Raise OverBudget unless what `job` takes in addition fits, at its new price."""
    opened = ledger.open_reservation(job)
    if opened is None:
        return
    cost = cost_of(job)
    more = None if cost.micros is None else max(cost.micros - opened.amount, 0)
    budgets = _of_charge(opened)
    _admit(budgets.filter(is_hard=True), [Cost(more, 0, opened.project_id)])


def admit_again(job: VideoJob) -> None:
    """Raise OverBudget unless another send of `job` fits: the first may be billed as well."""
    opened = ledger.open_reservation(job)
    if opened is not None:
        _admit(_of_charge(opened).filter(is_hard=True), [cost_of(job)])


def admit_with_reason(
    member: Member, jobs: Sequence[VideoJob], reason: str, check: Callable[[], None]
) -> str:
    """Why `jobs` are allowed over a budget: `reason`, or empty if they fit. Raises OverBudget, as
    `check` does. Call it in the transaction that reserves their prices."""
    try:
        check()
    except OverBudget as refusal:
        if not reason or not may_override_budgets(member):
            raise
        ids = [job.public_id for job in jobs]
        facts = {"reason": reason, "budgets": [_fact(each) for each in refusal.all]}
        record_clips(AuditAction.BUDGET_OVERRIDDEN, ids, member, **facts)
        return reason
    return ""


def why_allowed(via: str, reason: str) -> str:
    """What the history says of the request."""
    if not reason:
        return via
    return gettext_noop("%(via)s, allowed over a budget: %(reason)s", via=via, reason=reason)


def _fact(refusal: OverBudget) -> str:
    """Which budget, and by how much. People are named by their keys."""
    use, needed = refusal.use, refusal.needed
    over = "unknown" if needed is None else use.exact(needed - max(use.left, 0))
    name, limit = f"{use.budget.pk} ({use.budget.audit_name})", use.exact(use.budget.limit)
    return f"{name}, limit {limit}, over by {over}"


def _of_charge(charge: Charge) -> BudgetQuerySet:
    projects = {charge.project_id} if charge.project_id else set()
    return Budget.objects.applying_to(
        charge.member_id, charge.role, projects=projects, token=charge.token_id
    )


def _admit(budgets: BudgetQuerySet, costs: Sequence[Cost]) -> None:
    locked = list(budgets.order_by("pk").select_for_update().values_list("pk", flat=True))
    if not locked:
        return
    now = timezone.now()
    # A statement of its own: it has to see what the one before has waited for.
    rows = Budget.objects.filter(pk__in=locked).select_related("project", "member", "token")
    refusals = [
        refusal
        for budget in with_use(rows, now)
        if (refusal := _refusal(BudgetUse.of(budget, now), costs)) is not None
    ]
    if refusals:
        tightest = min(refusals, key=lambda refusal: refusal.use.left)
        tightest.all = refusals
        raise tightest


def _refusal(use: BudgetUse, costs: Sequence[Cost]) -> OverBudget | None:
    budget = use.budget
    counted = [
        each for each in costs if budget.scope != Scope.PROJECT or each.project == budget.project_id
    ]
    is_money = budget.unit == Unit.MONEY
    values = [each.micros if is_money else each.milliseconds for each in counted]
    known_values = [value for value in values if value is not None]
    if len(known_values) < len(values):
        return OverBudget(use, None)
    total = sum(known_values)
    # What is free is never refused, also where more was spent than allowed.
    return OverBudget(use, total) if total and total > use.left else None
