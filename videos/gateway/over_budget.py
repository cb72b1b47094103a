"""What does a script hear when a budget doesn't allow its request?"""

from decimal import Decimal

from videos.billing.gate import OverBudget
from videos.gateway.responses import Refusal
from videos.models.budget import Unit

PARTS = {Unit.MONEY: 1_000_000, Unit.SECONDS: 1000}


def over_budget(refusal: OverBudget) -> Refusal:
    """402 with the numbers, in words and as headers: US dollars, or seconds of video."""
    use = refusal.use
    unit = Unit(use.budget.unit)
    numbers = {"Limit": use.budget.limit, "Used": use.used, "Left": max(use.left, 0)}
    if refusal.asked is not None:
        numbers["Requested"] = refusal.asked
    headers = {
        f"X-Budget-{name}": f"{Decimal(value) / PARTS[unit]:f}" for name, value in numbers.items()
    }
    headers["X-Budget-Unit"] = use.budget.currency if unit == Unit.MONEY else unit.value
    headers["X-Budget-Period"] = use.budget.per
    if use.ends is not None:
        headers["X-Budget-Resets"] = use.ends.isoformat()
    return Refusal(402, str(refusal), code="budget_exceeded", headers=headers)
