"""A server in trouble is neither stormed nor believed, and what was bought comes in the end."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.world import World
from videos.jobs.providers.clients import record_failure, resume_provider
from videos.models import JobStatus, PauseKind, Provider, VideoJob
from videos.provider.errors import Unavailable

pytestmark = [pytest.mark.slow, pytest.mark.database]

BURST = (500, 502, 503, 504)


# --- answers to create that prove nothing ----------------------------------------------------


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 503, 504])
@pytest.mark.parametrize("committed", [True, False])
def test_a_create_answered_so_is_never_sent_twice_by_itself(
    world: World, status: int, committed: bool
) -> None:
    world.upstream.script("create", status=status, commit=committed, json={"error": "hm"})
    job = world.submit("a very particular boat")
    world.round()
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE
    world.round(6)
    job.refresh_from_db()
    assert len(world.upstream.requests("create")) == 1
    # Committed: found in the list. Not: looked for until the time of grace is over.
    assert (job.remote_id != "", world.upstream.creates) == (committed, int(committed))


@pytest.mark.parametrize("status", [408, 409])
def test_where_the_list_shows_no_prompts_a_person_decides_about_it(
    world: World, settings: Any, status: int
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    world.upstream.settings(echo_prompt=False)
    world.upstream.script("create", status=status, commit=True, json={"error": "hm"})
    job = world.until(world.submit(), lambda row: row.attention)
    world.round(5)
    job.refresh_from_db()
    assert (job.status, job.due_at) == (JobStatus.UNSURE, None)
    assert len(world.upstream.requests("create")) == world.upstream.creates == 1


# --- bursts ----------------------------------------------------------------------------------

STEP = 0.25
TRIES_OF_A_CALL = 3


class Outage:
    """A mirror that goes round four times in each second of a clock that the test moves."""

    def __init__(self, world: World, clock: time_machine.Traveller) -> None:
        self.world, self.clock, self.seconds = world, clock, 0.0

    def run(self, until: Callable[[], object], limit: float = 300) -> None:
        """Go round until the condition is true, or fail after `limit` seconds of this clock."""
        end = self.seconds + limit
        while not until():
            assert self.seconds < end, f"it did not come true in {limit} seconds"
            self.seconds += STEP
            self.clock.shift(STEP)
            self.world.mirror.next_slow = 0
            self.world.mirror.round()
            self.world.mirror.settle()

    def rounds_with_requests(self, count: int, *routes: str) -> dict[float, int]:
        """The next `count` rounds with requests to `routes`: second of this clock → requests."""
        sent = self.world.upstream.requests
        before, rounds = len(sent()), dict[float, int]()

        def are_enough() -> bool:
            new = sum(each["route"] in routes for each in sent()[before:]) - sum(rounds.values())
            if new:
                rounds[self.seconds] = new
            return len(rounds) >= count

        self.run(are_enough)
        return rounds


@pytest.fixture
def outage(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outage]:
    """Waits without their random part, so that each run of a test is the same."""
    monkeypatch.setattr("videos.jobs.retry.random.uniform", lambda low, high: (low + high) / 2)
    world.upstream.settings(polls_queued=1000)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield Outage(world, clock)


def _gaps(rounds: dict[float, int]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(rounds)]


def _all_have_an_id() -> bool:
    return not VideoJob.objects.filter(remote_id="").exists()


def _all_are_archived() -> bool:
    return not VideoJob.objects.filter(archived_at=None).exists()


def test_a_burst_of_server_errors_is_met_with_patience_and_recovers_alone(
    world: World, outage: Outage
) -> None:
    for number in range(12):
        world.submit(f"boat {number}")
    outage.run(_all_have_an_id)
    for status in BURST * 3:
        world.upstream.script("any", status=status, json={"error": {"message": "try later"}})
    rounds = outage.rounds_with_requests(5, "list", "retrieve")
    # Twelve rows, yet one question at a time with the tries of its call, and ever more rarely.
    assert max(rounds.values()) <= TRIES_OF_A_CALL
    assert sum(_gaps(rounds)) > 3

    world.upstream.script("content", status=503, times=6, json={"error": "no"})
    world.upstream.settings(polls_queued=0, polls_in_progress=0)
    outage.run(_all_are_archived)
    assert world.upstream.peak <= world.mirror.threads
    assert world.upstream.creates == len(world.upstream.requests("create")) == 12
    assert not VideoJob.objects.exclude(status=JobStatus.COMPLETED, attention="").exists()
    world.provider.refresh_from_db()
    assert world.provider.paused_at is None


def test_a_server_that_stays_down_is_asked_ever_more_rarely(world: World, outage: Outage) -> None:
    for number in range(6):
        world.submit(f"boat {number}")
    outage.run(_all_have_an_id)
    world.upstream.script("any", status=503, times=None, json={"error": "down"})
    rounds = outage.rounds_with_requests(6, "list", "retrieve")
    assert max(rounds.values()) <= TRIES_OF_A_CALL
    assert _gaps(rounds) == [STEP, STEP, 2, 4, 8]
    world.provider.refresh_from_db()
    assert world.provider.paused_at and world.provider.pause_kind == PauseKind.TROUBLE


def test_pauses_of_a_provider_grow_and_no_two_are_the_same(provider: Provider) -> None:
    error = Unavailable("down", status=503)
    waits: list[list[float]] = [[], []]
    for each in waits:
        resume_provider(provider)
        provider.refresh_from_db()
        for _ in range(12):
            record_failure(provider, error)
            if provider.paused_until is not None:
                each.append((provider.paused_until - timezone.now()).total_seconds())
    first, second = waits
    assert all(1.4 < wait < 76 for wait in (*first, *second))
    assert first[0] < first[3] < first[6] and first[-1] > 44
    assert [round(a, 1) for a in first] != [round(b, 1) for b in second]
