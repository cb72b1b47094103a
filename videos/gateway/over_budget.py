"""What does a script hear when a budget doesn't allow its request?"""

from decimal import Decimal

from videos.billing.gate import OverBudget
from videos.gateway.responses import Refusal
from videos.jobs.errors import BudgetExceeded
from videos.models.budget import Unit

PARTS = {Unit.MONEY: 1_000_000, Unit.SECONDS: 1000}


def over_budget(error: BudgetExceeded) -> Refusal:
    """402 with the numbers, in words and as headers: US dollars, or seconds of video. Without the
    numbers where the token's member may not see prices."""
    use = error.refusal.use
    unit = Unit(use.budget.unit)
    headers = _numbers(error.refusal) if error.shows_numbers else {}
    headers["X-Budget-Unit"] = use.budget.currency if unit == Unit.MONEY else unit.value
    headers["X-Budget-Period"] = use.budget.per
    if use.ends is not None:
        headers["X-Budget-Resets"] = use.ends.isoformat()
    return Refusal(402, str(error), code="budget_exceeded", headers=headers)


def _numbers(refusal: OverBudget) -> dict[str, str]:
    use = refusal.use
    parts = PARTS[Unit(use.budget.unit)]
    numbers = {"Limit": use.budget.limit, "Used": use.used, "Left": max(use.left, 0)}
    if refusal.needed is not None:
        numbers["Requested"] = refusal.needed
    return {f"X-Budget-{name}": f"{Decimal(value) / parts:f}" for name, value in numbers.items()}
