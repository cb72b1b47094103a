"""However many jobs are under way, each has its turn, and it takes few calls."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from tests.imports_fixtures import made_elsewhere
from tests.world import World
from videos.mirror import Mirror
from videos.models import JobStatus, Provider, VideoJob
from videos.provider.client import Client

pytestmark = pytest.mark.database

Make = Callable[..., VideoJob]
LIMIT = 40


def under_way(world: World, make_job: Make, count: int) -> list[str]:
    """Ids of so many jobs that run here and there, the oldest first. All are due, one after
    another, the oldest last."""
    world.upstream.settings(statuses=["in_progress"])
    ids = made_elsewhere(world.upstream, *["a boat"] * count)
    now = timezone.now()
    for place, remote_id in enumerate(ids):
        due_at = now - timedelta(seconds=1 + place)
        make_job(status=JobStatus.IN_PROGRESS, remote_id=remote_id, due_at=due_at)
    return ids


def go_round(world: World, *, later: float = 0) -> None:
    """Once, after so many seconds."""
    past = F("due_at") - timedelta(seconds=later)
    VideoJob.objects.filter(due_at__isnull=False).update(due_at=past)
    world.mirror.next_slow = 0
    world.mirror.round()
    world.mirror.settle()


def requested_ids(world: World) -> list[str]:
    """The ids that were asked for, in order."""
    return [entry["target"].split("/")[3] for entry in world.upstream.requests("retrieve")]


def calls(world: World) -> tuple[int, int]:
    """How many pages of the list were read so far, and how many jobs asked for by id."""
    return len(world.upstream.requests("list")), len(world.upstream.requests("retrieve"))


# --- providers without a list ----------------------------------------------------------------


def test_where_there_is_no_list_all_are_asked_for_before_any_is_again(
    world: World, make_job: Make
) -> None:
    Provider.objects.update(dialect="litellm")
    ids = under_way(world, make_job, 90)
    world.upstream.script("retrieve", "pass", delay=0.01, times=None)
    for _ in range(3):
        # Long enough for the first ones to be due once more.
        go_round(world, later=60)
    requested = requested_ids(world)
    assert len(requested) >= 90 and set(requested[:90]) == set(ids)
    assert not VideoJob.objects.exclude(attempts=0).exists()


def test_those_that_were_not_come_to_are_as_due_as_they_were(world: World, make_job: Make) -> None:
    under_way(world, make_job, LIMIT + 20)
    # It has a list, for all we know, but does not give it.
    world.upstream.script("list", "no_route", times=None)
    before = dict(VideoJob.objects.values_list("remote_id", "due_at"))
    go_round(world)
    first = requested_ids(world)
    assert len(first) == LIMIT
    for job in VideoJob.objects.exclude(remote_id__in=first):
        assert job.due_at == before[job.remote_id]
        assert (job.attempts, job.claims, job.lease_token) == (0, 0, "")
    # However slow this machine is, the first ones are not due again in the second round.
    VideoJob.objects.filter(remote_id__in=first).update(
        due_at=timezone.now() + timedelta(minutes=1)
    )
    go_round(world)
    assert (
        Counter(requested_ids(world)).most_common(1)[0][1] == 1
        and len(requested_ids(world)) == LIMIT + 20
    )


def test_several_are_asked_for_at_the_same_time_but_not_by_all_threads(
    world: World, make_job: Make, settings: Any
) -> None:
    Provider.objects.update(dialect="litellm")
    settings.MIRROR_THREADS = 6
    world.mirror = Mirror()
    under_way(world, make_job, 4)
    world.upstream.script("retrieve", "pass", delay=0.3, times=None)
    go_round(world)
    assert len(requested_ids(world)) == 4 and world.upstream.peak == 2


def test_a_key_that_is_refused_is_tried_once_and_not_for_each_job(
    world: World, make_job: Make
) -> None:
    Provider.objects.update(dialect="litellm")
    under_way(world, make_job, 12)
    world.upstream.script("any", status=401, json={"error": {"message": "no"}}, times=None)
    go_round(world)
    # One job, and an id that nobody has given, to see whether the key is refused for that, too.
    assert len(requested_ids(world)) == 2
    assert VideoJob.objects.filter(lease_token="", due_at__lte=timezone.now()).count() == 11


# --- providers with one ----------------------------------------------------------------------


def only_due(remote_ids: list[str]) -> None:
    """All others have been asked for just now."""
    later = timezone.now() + timedelta(minutes=1)
    VideoJob.objects.exclude(remote_id__in=remote_ids).update(due_at=later)


def test_older_jobs_are_found_in_the_list_while_younger_ones_wait(
    world: World, make_job: Make
) -> None:
    ids = under_way(world, make_job, 400)
    only_due(ids[:100])
    begun = timezone.now()
    go_round(world)
    assert calls(world) == (4, 0)
    # All are put off from where they were.
    assert not VideoJob.objects.filter(due_at__lte=begun).exists()


def test_few_old_jobs_are_asked_for_by_id_and_not_looked_for_in_a_long_list(
    world: World, make_job: Make
) -> None:
    ids = under_way(world, make_job, 400)
    only_due(ids[:3])
    go_round(world)
    pages, asked_for = calls(world)
    assert pages <= 2 and asked_for == 3


# --- providers with a list -------------------------------------------------------------------


def test_jobs_that_are_due_one_by_one_cost_no_more_pages_than_all_of_them_fill(
    world: World, make_job: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    # The clock stands still, and due times move: a slow machine must not make more jobs due.
    monkeypatch.setattr(timezone, "now", lambda: now)
    for place, remote_id in enumerate(under_way(world, make_job, 250)):
        # Jobs of an hour ago, each due at another moment of the next half minute, in no order.
        due_at = now + timedelta(seconds=place * 37 % 300 / 10 - 1)
        long_ago = now - timedelta(hours=1)
        VideoJob.objects.filter(remote_id=remote_id).update(due_at=due_at, created_at=long_ago)
    for _ in range(60):
        before = sum(calls(world))
        go_round(world, later=1)
        assert sum(calls(world)) - before <= 3
    # Every half minute, and all together from the first time on. One by one they took three calls a
    # second.
    times = 1 + 60 // 30
    assert sum(calls(world)) <= 2 * 3 * times
    assert min(job["looks"] for job in world.upstream.jobs) >= times - 1


def test_what_a_page_tells_of_others_moves_them_but_not_one_that_became_due_meanwhile(
    world: World, make_job: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = under_way(world, make_job, 4)
    hour = timezone.now() + timedelta(hours=1)
    VideoJob.objects.filter(remote_id__in=ids[2:]).update(due_at=hour, status=JobStatus.QUEUED)
    read = Client.list_page

    def webhook_before_the_list(*args: Any, **kwargs: Any) -> Any:
        page = read(*args, **kwargs)
        VideoJob.objects.filter(remote_id=ids[3]).update(due_at=timezone.now())
        return page

    monkeypatch.setattr(Client, "list_page", webhook_before_the_list)
    go_round(world)
    moved, stayed = (VideoJob.objects.get(remote_id=each) for each in ids[2:])
    assert moved.status == JobStatus.IN_PROGRESS and moved.due_at and moved.due_at < hour
    assert stayed.status == JobStatus.QUEUED and stayed.due_at and stayed.due_at <= timezone.now()


def test_what_one_reading_tells_is_due_again_at_one_moment(world: World, make_job: Make) -> None:
    under_way(world, make_job, 250)
    world.upstream.script("list", "pass", delay=0.2, times=None)
    VideoJob.objects.update(created_at=timezone.now() - timedelta(hours=1))
    # Some have news, which are written one by one.
    VideoJob.objects.filter(pk__in=VideoJob.objects.values("pk")[:100]).update(remote_status="new")
    go_round(world)
    assert VideoJob.objects.values("due_at").distinct().count() == 1
