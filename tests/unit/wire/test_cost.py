"""What a provider says of its cost is read where it stands, and nonsense is not."""

from typing import Any

import pytest

from videos.wire.cost import Cost, cost_of


@pytest.mark.parametrize(
    ("raw", "cost"),
    [
        ({"usage": {"cost": 0.4}}, Cost(400_000, "USD")),
        ({"usage": {"cost": "0.0125"}}, Cost(12_500, "USD")),
        ({"usage": {"total_cost": 1}}, Cost(1_000_000, "USD")),
        ({"cost": 2.5, "currency": "eur"}, Cost(2_500_000, "EUR")),
        ({"usage": {"cost": 3, "currency": "CNY"}}, Cost(3_000_000, "CNY")),
        ({"usage": {"cost": 0}}, Cost(0, "USD")),
        ({"usage": {"cost": 1e-9}}, Cost(0, "USD")),
        ({}, None),
        ({"usage": None}, None),
        ({"usage": [1]}, None),
        ({"usage": {"cost": None, "tokens": 7}}, None),
        ({"usage": {"cost": -1}}, None),
        ({"usage": {"cost": True}}, None),
        ({"usage": {"cost": "NaN"}}, None),
        ({"usage": {"cost": "1e999999"}}, None),
        ({"usage": {"cost": float("inf")}}, None),
        ({"usage": {"cost": "9" * 5000}}, None),
        ({"usage": {"cost": "free"}}, None),
        ({"cost": {"amount": 1}}, None),
    ],
)
def test_a_cost_is_read_or_there_is_none(raw: Any, cost: Cost | None) -> None:
    assert cost_of(raw) == cost
