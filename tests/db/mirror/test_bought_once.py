"""Nothing is bought twice in silence, whatever the server answers to create."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.world import World
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.jobs.providers.clients import resume_provider
from videos.models import JobStatus, PauseKind, Provider, VideoJob

pytestmark = pytest.mark.database

AMBIGUOUS = [
    ("reset", {"commit": True}),
    ("close", {"commit": True}),
    ("html", {"commit": True}),
    ("empty", {"commit": True}),
    ("answer", {"status": 500, "commit": True}),
    ("answer", {"status": 502, "commit": True}),
    ("answer", {"status": 504, "commit": True}),
    ("answer", {"status": 409, "commit": True}),
]


@pytest.mark.parametrize(("fault", "how"), AMBIGUOUS)
def test_a_job_whose_create_got_no_clear_answer_is_found_in_the_list(
    world: World, fault: str, how: dict[str, Any]
) -> None:
    world.upstream.script("create", fault, **how)
    job = world.submit("a very particular boat")
    world.round()
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE
    world.archived(job)
    assert world.upstream.creates == 1
    assert any("accepted" in event.why for event in job.events.all())


def test_a_create_that_never_arrived_is_sent_again_after_the_grace_time(
    world: World, settings: Any
) -> None:
    world.upstream.script("create", "reset", commit=False)
    job = world.submit()
    world.round(4)
    job.refresh_from_db()
    assert (job.status, world.upstream.creates) == (JobStatus.UNSURE, 0)
    settings.SUBMIT_GRACE_SECONDS = 0
    world.archived(job)
    assert (world.upstream.creates, job.sends) == (1, 2)


def test_a_server_that_creates_after_our_deadline_is_not_paid_twice(
    world: World, settings: Any
) -> None:
    world.upstream.script("create", "close", commit_after=0.5)
    job = world.submit()
    world.round(2)
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE
    world.until(job, lambda row: world.upstream.creates == 1 and row.remote_id, rounds=200)
    settings.SUBMIT_GRACE_SECONDS = 0
    world.archived(job)
    assert world.upstream.creates == 1


@pytest.mark.parametrize("blind", ["no list", "no prompts"])
def test_where_the_list_cannot_tell_a_person_is_asked(
    world: World, settings: Any, blind: str
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    if blind == "no list":
        world.provider.dialect = "litellm"
        world.provider.save()
    world.upstream.settings(echo_prompt=False)
    world.upstream.script("create", "reset", commit=True)
    job = world.submit()
    world.until(job, lambda row: row.attention)
    world.round(5)
    job.refresh_from_db()
    assert (job.status, job.due_at) == (JobStatus.UNSURE, None)
    assert world.upstream.creates == 1


def _unsure(world: World) -> VideoJob:
    world.provider.dialect = "litellm"
    world.provider.save()
    world.upstream.script("create", "reset", commit=True)
    return world.until(world.submit(), lambda row: row.attention)


def test_an_unsure_job_can_be_linked_to_its_id(world: World) -> None:
    job = _unsure(world)
    assert resolve(world.maker, job, "link", world.upstream.jobs[0]["id"])
    world.archived(job)
    assert world.upstream.creates == 1


def test_an_unsure_job_can_be_sent_again_by_hand(world: World) -> None:
    job = _unsure(world)
    assert resolve(world.maker, job, "again")
    world.archived(job)
    assert world.upstream.creates == 2


def test_an_unsure_job_can_be_given_up(world: World) -> None:
    job = _unsure(world)
    assert resolve(world.maker, job, "give_up")
    world.round(3)
    job.refresh_from_db()
    assert (job.status, world.upstream.creates) == (JobStatus.CANCELLED, 1)


def test_an_id_that_another_clip_has_cannot_be_linked(world: World) -> None:
    other = world.archived(world.submit())
    job = _unsure(world)
    with pytest.raises(ValidationFailed):
        resolve(world.maker, job, "link", other.remote_id)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_clear_refusal_fails_the_job_with_the_servers_words(world: World, status: int) -> None:
    error = {"error": {"message": "No <b>boats</b> allowed", "code": "policy"}}
    world.upstream.script("create", status=status, json=error, times=None)
    job = world.until(world.submit(), lambda row: row.is_finished)
    world.round(3)
    assert job.status == JobStatus.FAILED
    assert "No <b>boats</b> allowed" in job.error_message
    assert len(world.upstream.requests("create")) == 1


@pytest.mark.parametrize(
    ("route", "how", "kind"),
    [
        ("any", {"status": 401, "json": {"error": {"message": "bad key"}}}, PauseKind.KEY),
        ("any", {"status": 403, "json": {"error": {"message": "no"}}}, PauseKind.KEY),
        ("any", {"status": 404, "json": {"detail": "Not Found"}}, PauseKind.ENDPOINT),
        ("create", {"status": 429, "json": {"error": {"message": "slow"}}}, PauseKind.RATE),
    ],
)
def test_a_providers_trouble_pauses_the_provider_and_fails_no_row(
    world: World, route: str, how: dict[str, Any], kind: str
) -> None:
    world.upstream.script(route, times=None, **how)
    jobs = [world.submit(f"clip {number}") for number in range(3)]
    world.mirror.threads = 1
    world.round()
    world.provider.refresh_from_db()
    assert world.provider.is_paused and world.provider.pause_kind == kind
    assert {row.status for row in VideoJob.objects.all()} == {JobStatus.SUBMITTING}
    world.upstream.calm()
    for job in jobs:
        world.archived(job)
    assert world.upstream.creates == 3
    world.provider.refresh_from_db()
    assert world.provider.paused_at is None and world.provider.pause_kind == ""


def test_an_empty_account_waits_for_a_person(world: World) -> None:
    body = {"error": {"message": "quota", "code": "insufficient_quota"}}
    world.upstream.script("create", status=429, json=body)
    job = world.submit()
    world.round(4)
    assert world.upstream.creates == 0
    provider = Provider.objects.get()
    assert provider.is_paused and provider.paused_until is None
    resume_provider(provider)
    world.archived(job)


def test_retry_after_is_honoured_for_the_whole_provider(world: World) -> None:
    world.upstream.script("create", status=429, headers={"Retry-After": "37"})
    world.submit()
    world.mirror.round()
    world.mirror.settle()
    world.provider.refresh_from_db()
    assert world.provider.paused_until is not None and world.provider.paused_at is not None
    wait = world.provider.paused_until - world.provider.paused_at
    assert timedelta(seconds=36) <= wait <= timedelta(seconds=38)


def test_a_busy_server_that_says_when_to_come_back_is_left_alone_until_then(world: World) -> None:
    world.upstream.settings(polls_queued=50)
    job = world.until(world.submit(), lambda row: row.remote_id)
    world.upstream.script("retrieve", status=503, headers={"Retry-After": "40"}, times=None)
    VideoJob.objects.filter(pk=job.pk).update(due_at=timezone.now())
    world.mirror.next_slow = 0
    world.mirror.round()
    world.mirror.settle()
    world.provider.refresh_from_db()
    assert world.provider.paused_until is not None and world.provider.paused_at is not None
    assert world.provider.paused_until - world.provider.paused_at > timedelta(seconds=39)


def test_the_same_key_makes_one_job_and_other_parameters_are_refused(world: World) -> None:
    first = world.submit("a boat", key="one")
    assert world.submit("a boat", key="one").pk == first.pk
    with pytest.raises(IdempotencyConflict):
        world.submit("another boat", key="one")
    assert VideoJob.objects.count() == 1


def test_an_id_that_is_already_ours_is_not_believed(world: World) -> None:
    first = world.archived(world.submit("first"))
    world.upstream.script("create", "patch", fields={"id": first.remote_id})
    second = world.submit("second")
    world.round()
    second.refresh_from_db()
    assert second.status == JobStatus.UNSURE
    world.archived(second)
    assert second.remote_id != first.remote_id and world.upstream.creates == 2


def test_twins_whose_creates_went_unanswered_each_find_their_own(world: World) -> None:
    world.upstream.script("create", "reset", commit=True, times=2)
    twins = [world.submit("the same boat") for _ in range(2)]
    for job in twins:
        world.archived(job)
    assert world.upstream.creates == 2
    assert len({job.remote_id for job in twins}) == 2
