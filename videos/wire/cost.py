"""What does a provider say a job cost?

The Video API has no such field. OpenRouter writes `usage.cost` in US dollars; gateways use the same
or a similar name.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

DOLLARS = "USD"
MICROS = 1_000_000
# No job costs more; what is above is a mistake or another unit.
MOST = Decimal(10_000)
IN_USAGE = ("cost", "total_cost", "cost_usd")
BESIDE = ("cost", "cost_usd", "total_cost")


class Cost(NamedTuple):
    """An amount in millionths of a currency unit."""

    micros: int
    currency: str


def cost_of(raw: dict[str, Any]) -> Cost | None:
    """The cost in a provider's object; None if there is none that can be read."""
    usage = raw.get("usage")
    places = [(usage, IN_USAGE)] if isinstance(usage, dict) else []
    for holder, names in (*places, (raw, BESIDE)):
        for name in names:
            if (micros := _micros(holder.get(name))) is not None:
                return Cost(micros, _currency(holder, raw))
    return None


def _micros(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value)[:40])
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount <= MOST:
        return None
    return int((amount * MICROS).to_integral_value())


def _currency(*holders: dict[str, Any]) -> str:
    currency = next((h["currency"] for h in holders if isinstance(h.get("currency"), str)), DOLLARS)
    return currency.strip().upper()[:3] or DOLLARS
