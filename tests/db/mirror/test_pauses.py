"""A provider's own trouble is one banner, however many clips wait for it, and fails none."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone

from tests.gallery_fixtures import client_of
from tests.world import World
from videos.jobs.health.heartbeat import beat
from videos.jobs.providers.clients import record_failure, record_success, resume_provider
from videos.models import JobStatus, Member, Provider, VideoJob
from videos.provider.errors import RateLimited

MANY = 30


def error(message: str, code: str = "") -> dict[str, Any]:
    return {"error": {"message": message, "code": code}}


# (answer to which route, …): where only the create is refused, that one job is.
TROUBLES = [
    pytest.param("any", {"status": 401, "json": error("bad key")}, "refuses our", True, id="401"),
    pytest.param("any", {"status": 403, "json": error("not yours")}, "refuses our", True, id="403"),
    pytest.param("create", {"status": 429, "json": error("slow")}, "asks us to", True, id="429"),
    pytest.param(
        "create",
        {"status": 429, "json": error("buy", "insufficient_quota")},
        "out of credit",
        False,
        id="quota",
    ),
    pytest.param(
        "create", {"status": 402, "json": error("pay first")}, "out of credit", False, id="402"
    ),
    pytest.param("any", {"status": 404, "json": {"detail": "?"}}, "no Video API", True, id="404"),
    pytest.param(
        "any", {"status": 410, "json": error("shut down")}, "no Video API", True, id="410"
    ),
    pytest.param(
        "create", {"status": 405, "json": {"detail": "no"}}, "no Video API", True, id="405"
    ),
]


def banners(member: Member) -> list[str]:
    """The texts of all notices on the gallery, each with its button's label at the end."""
    caches["cards"].clear()
    page = client_of(member).get("/").content.decode()
    notices = re.findall(r'<div class="notice .*?</div>\s*(?:<form.*?</form>)?', page, re.S)
    return [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in notices]


def statuses() -> set[str]:
    return set(VideoJob.objects.values_list("status", flat=True))


def go_round(world: World, times: int) -> None:
    """Every row due, but a pause stays a pause."""
    for _ in range(times):
        VideoJob.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
        world.mirror.next_slow = 0
        world.mirror.round()
        world.mirror.settle()


@pytest.mark.parametrize(("route", "answer", "reason", "asks_again"), TROUBLES)
def test_many_waiting_clips_are_one_banner_and_no_failed_one(
    world: World,
    team: SimpleNamespace,
    route: str,
    answer: dict[str, Any],
    reason: str,
    asks_again: bool,
) -> None:
    beat("test")
    world.upstream.script(route, times=None, **answer)
    for number in range(MANY):
        world.submit(f"clip {number}")
    go_round(world, 4)
    # No more than were on their way when the first was answered.
    assert 1 <= len(world.upstream.requests("create")) <= world.mirror.threads
    assert statuses() == {JobStatus.SUBMITTING}
    assert not VideoJob.objects.exclude(attention="").exists()
    assert not VideoJob.objects.filter(due_at=None).exists()
    for_admin = banners(team.admin)
    assert len(for_admin) == 1 and "Engine is paused" in for_admin[0] and reason in for_admin[0]
    assert for_admin[0].endswith("Try again")
    assert ("We'll try again at" in for_admin[0]) is asks_again
    for_owner = banners(team.owner)
    assert len(for_owner) == 1 and reason in for_owner[0] and "Try again" not in for_owner[0]
    # Whoever has mended it says so, once.
    world.upstream.calm()
    assert client_of(team.admin).post("/providers/engine/resume").status_code == 303
    world.round(2)
    assert world.upstream.creates > 0 and statuses().isdisjoint({"failed", "unsure"})
    assert banners(team.admin) == []


@pytest.mark.parametrize("status", [401, 403, 429])
def test_clips_under_way_keep_their_state_through_it(
    world: World, team: SimpleNamespace, status: int
) -> None:
    beat("test")
    world.upstream.settings(polls_queued=99)
    for number in range(12):
        world.submit(f"clip {number}")
    world.round(10)
    assert statuses() == {JobStatus.QUEUED}
    world.upstream.script("any", times=None, status=status, json=error("no"))
    polls_before = len(world.upstream.requests("retrieve"))
    go_round(world, 5)
    # The list alone is asked, and once whether the key is refused.
    assert len(world.upstream.requests("retrieve")) - polls_before <= 1
    assert statuses() == {JobStatus.QUEUED}
    assert not VideoJob.objects.exclude(attention="").exists()
    assert len(banners(team.admin)) == 1


def test_a_list_that_is_gone_leaves_asking_by_id(world: World) -> None:
    for number in range(3):
        world.submit(f"clip {number}")
    world.until(VideoJob.objects.latest("pk"), lambda row: row.remote_id)
    world.upstream.script("list", times=None, status=404, json={"detail": "Not Found"})
    for job in VideoJob.objects.all():
        world.archived(job)
    assert world.upstream.creates == 3


def test_an_answer_that_was_under_way_ends_no_pause_that_began_meanwhile(
    provider: Provider,
) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    Provider.objects.update(last_contact_at=long_ago)
    early, late = (Provider.objects.get(pk=provider.pk) for _ in range(2))
    record_failure(late, RateLimited("the account is empty", status=429, quota=True))
    record_success(early)
    provider.refresh_from_db()
    assert provider.is_paused and "account is empty" in provider.pause_reason


def test_a_pause_that_was_made_longer_is_not_ended_by_who_knew_the_short_one(
    provider: Provider,
) -> None:
    past = timezone.now() - timedelta(seconds=30)
    Provider.objects.update(paused_at=past, paused_until=past, pause_reason="short")
    early, late = (Provider.objects.get(pk=provider.pk) for _ in range(2))
    record_failure(late, RateLimited("again", status=429, retry_after=600))
    record_success(early)
    provider.refresh_from_db()
    assert provider.is_paused and "again" in provider.pause_reason
    record_success(Provider.objects.get(pk=provider.pk))
    provider.refresh_from_db()
    assert provider.is_paused


def test_a_pause_whose_time_is_over_ends_with_the_first_answer(provider: Provider) -> None:
    past = timezone.now() - timedelta(seconds=30)
    Provider.objects.update(paused_at=past, paused_until=past, pause_reason="short")
    record_success(Provider.objects.get(pk=provider.pk))
    provider.refresh_from_db()
    assert (provider.paused_at, provider.paused_until, provider.pause_reason) == (None, None, "")


def test_a_short_trouble_does_not_shorten_a_long_one(provider: Provider) -> None:
    quota, busy = (Provider.objects.get(pk=provider.pk) for _ in range(2))
    record_failure(quota, RateLimited("the account is empty", status=429, quota=True))
    record_failure(busy, RateLimited("slow", status=429, retry_after=3))
    provider.refresh_from_db()
    assert (provider.paused_until, "empty" in provider.pause_reason) == (None, True)
    resume_provider(provider)
    record_failure(busy, RateLimited("slow", status=429, retry_after=30))
    record_failure(quota, RateLimited("the account is empty", status=429, quota=True))
    provider.refresh_from_db()
    assert (provider.paused_until, "empty" in provider.pause_reason) == (None, True)
