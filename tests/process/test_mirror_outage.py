"""A server in trouble is neither stormed nor believed, and what was bought comes in the end."""

from typing import Any

import pytest
from django.utils import timezone

from tests.mirror_process import running_mirror
from tests.patience import wait_until
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


def _busiest_second(moments: list[float]) -> int:
    return max(sum(start <= at < start + 1 for at in moments) for start in moments)


def _asked_since(world: World, place: int, *routes: str) -> list[float]:
    """When, in Unix seconds, for the requests after the first `place`."""
    since = world.upstream.requests()[place:]
    return [entry["at"] for entry in since if entry["route"] in routes]


def _all_have_an_id() -> bool:
    return not VideoJob.objects.filter(remote_id="").exists()


def _all_are_archived() -> bool:
    return not VideoJob.objects.filter(archived_at=None).exists()


def test_a_burst_of_server_errors_is_met_with_patience_and_recovers_alone(world: World) -> None:
    threads, failures = 3, 9
    world.upstream.settings(polls_queued=1000)
    for number in range(12):
        world.submit(f"boat {number}")
    with running_mirror(MIRROR_THREADS=threads):
        wait_until(_all_have_an_id)
        for number in range(failures):
            how = {"status": BURST[number % len(BURST)], "delay": 0.05}
            world.upstream.script("any", **how, json={"error": {"message": "try later"}})
        before = len(world.upstream.requests())
        looks = ("list", "retrieve")
        wait_until(lambda: len(_asked_since(world, before, *looks)) > failures + 1)
        failed = _asked_since(world, before, *looks)[:failures]
        # Twelve rows, yet one question at a time, and longer and longer between them.
        assert _busiest_second(failed) <= 3 and failed[-1] - failed[0] > 4

        world.upstream.script("content", status=503, delay=0.1, times=6, json={"error": "no"})
        before = len(world.upstream.requests())
        world.upstream.settings(polls_queued=0, polls_in_progress=0)
        wait_until(_all_are_archived)
        failed = _asked_since(world, before, "content")[:6]
        assert _busiest_second(failed) <= 6
    assert world.upstream.peak <= threads
    assert world.upstream.creates == len(world.upstream.requests("create")) == 12
    assert not VideoJob.objects.exclude(status=JobStatus.COMPLETED, attention="").exists()
    world.provider.refresh_from_db()
    assert world.provider.paused_at is None


def test_a_server_that_stays_down_is_asked_ever_more_rarely(world: World) -> None:
    world.upstream.settings(polls_queued=1000)
    for number in range(6):
        world.submit(f"boat {number}")
    with running_mirror(MIRROR_THREADS=4):
        wait_until(_all_have_an_id)
        world.upstream.script("any", status=503, times=None, json={"error": "down"})
        before = len(world.upstream.requests())

        def moments() -> list[float]:
            return _asked_since(world, before, "list", "retrieve")

        wait_until(lambda: len(moments()) >= 16)
        first, last = moments()[:8], moments()[8:16]
    assert last[-1] - last[0] > first[-1] - first[0]
    # A dozen in eight seconds at the most.
    assert last[4] - first[0] > 7
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
