"""Waits grow, differ, and end at the cap; what is tried too often is given up."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from videos.jobs import retry
from videos.jobs.retry import RetryPolicy

POLICIES = [each for each in vars(retry).values() if isinstance(each, RetryPolicy)]


@pytest.mark.parametrize("policy", POLICIES, ids=repr)
@pytest.mark.parametrize("attempts", [1, 2, 3, 8, 40, 10_000])
def test_a_wait_doubles_up_to_the_cap_give_or_take_a_quarter(
    policy: RetryPolicy, attempts: int
) -> None:
    whole = min(policy.base * 2 ** min(attempts - 1, 12), policy.cap)
    waits = {policy.wait(attempts).total_seconds() for _ in range(20)}
    assert all(0.74 * whole <= wait <= 1.26 * whole for wait in waits)
    assert len(waits) > 1


def test_only_a_policy_with_a_limit_ends() -> None:
    assert not RetryPolicy("It").is_over(10_000)
    limited = RetryPolicy("It", max_tries=3)
    assert [limited.is_over(tries) for tries in (2, 3, 4)] == [False, True, True]


def test_a_row_that_ends_its_worker_each_time_is_named(settings: Any) -> None:
    settings.MAX_CLAIMS = 5
    row = cast(Any, SimpleNamespace(claims=5))
    assert RetryPolicy("Sending it").poison(row) == ""
    row.claims = 6
    message = (
        "The background worker crashed 5 times in a row at this step: Sending it. See its log."
    )
    assert RetryPolicy("Sending it").poison(row) == message
