"""A no to one request is no verdict on the key, nor on the address."""

from typing import Any

import pytest
from django.utils import timezone

from tests.world import World
from videos.jobs.catalogue.sync import read_again
from videos.jobs.providers.capabilities import want_probe
from videos.models import JobStatus, PauseKind, Provider, VideoJob

NO = {"error": {"message": "Your organisation must be verified", "code": "not_verified"}}


def refuse(world: World, *routes: str, status: int = 403, **how: Any) -> None:
    how = {"json": NO} | how
    for route in routes:
        world.upstream.script(route, status=status, times=None, **how)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    "also", [(), ("models",), ("list",), ("models", "list"), ("models", "retrieve")]
)
def test_a_refused_create_fails_its_job_where_the_key_does_something_else(
    world: World, status: int, also: tuple[str, ...]
) -> None:
    refuse(world, "create", *also, status=status)
    job = world.until(world.submit(), lambda row: row.is_finished)
    assert job.status == JobStatus.FAILED
    assert "Your organisation must be verified" in job.error_message
    world.provider.refresh_from_db()
    assert world.provider.paused_at is None


def test_one_refused_prompt_does_not_postpone_the_others(world: World) -> None:
    world.upstream.script("create", status=403, json=NO, times=1)
    jobs = [world.submit(f"clip {number}") for number in range(3)]
    world.mirror.threads = 1
    world.round(2)
    refused = VideoJob.objects.get(status=JobStatus.FAILED)
    for job in jobs:
        if job.pk != refused.pk:
            world.archived(job)
    assert world.upstream.creates == 2


def test_many_refusals_at_once_are_checked_with_one_question(world: World) -> None:
    refuse(world, "create")
    jobs = [world.submit(f"clip {number}") for number in range(8)]
    world.round(6)
    assert VideoJob.objects.filter(status=JobStatus.FAILED).count() == len(jobs)
    assert (
        len([seen for seen in world.upstream.requests("list") if seen["query"] == {"limit": "1"}])
        == 1
    )


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_clips_are_refused_with_pauses_the_provider(world: World, status: int) -> None:
    # Its list of models is open to everyone, so it says nothing about the key.
    refuse(world, "create", "list", "retrieve", status=status)
    world.provider.key = "sk-1"
    world.provider.save()
    job = world.submit()
    world.round(3)
    job.refresh_from_db()
    world.provider.refresh_from_db()
    assert (job.status, world.provider.pause_kind) == (JobStatus.SUBMITTING, PauseKind.KEY)
    world.upstream.calm()
    world.archived(job)


def test_a_check_that_gets_no_answer_decides_nothing(world: World) -> None:
    refuse(world, "create")
    for route in ("list", "retrieve", "models"):
        world.upstream.script(route, "close", times=None)
    job = world.submit()
    world.round()
    job.refresh_from_db()
    assert job.status == JobStatus.SUBMITTING and job.submit_started_at is None
    assert Provider.objects.get().pause_kind != PauseKind.KEY


@pytest.mark.parametrize("status", [404, 410, 501])
def test_a_model_that_is_gone_stops_no_other_model(world: World, status: int) -> None:
    body = {"error": {"message": "The model sora-1 does not exist", "code": "model_not_found"}}
    world.upstream.script("create", status=status, json=body)
    job = world.until(world.submit(), lambda row: row.is_finished)
    assert job.status == JobStatus.FAILED and "sora-1 does not exist" in job.error_message
    world.archived(world.submit("another boat"))
    assert Provider.objects.get().paused_at is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"detail": "Not Found"}),
        (404, {"error": {"message": "Invalid URL", "type": "invalid_request_error"}}),
        (410, {"error": {"message": "This API has been shut down."}}),
    ],
)
def test_an_address_without_the_api_pauses_the_provider(
    world: World, status: int, body: dict[str, Any]
) -> None:
    world.upstream.script("any", status=status, json=body, times=None)
    job = world.submit()
    world.round()
    job.refresh_from_db()
    assert job.status == JobStatus.SUBMITTING
    assert Provider.objects.get().pause_kind == PauseKind.ENDPOINT


@pytest.mark.parametrize("route", ["retrieve", "content"])
@pytest.mark.parametrize("status", [401, 403])
def test_one_clip_that_is_refused_is_that_clips_matter(
    world: World, route: str, status: int
) -> None:
    world.upstream.settings(polls_queued=0, polls_in_progress=0)
    job = world.until(world.submit(), lambda row: row.remote_id)
    world.upstream.script(route, status=status, json=NO, times=None, match=job.remote_id)
    world.until(job, lambda row: row.attention)
    assert "organisation must be verified" in job.attention and job.due_at is not None
    assert Provider.objects.get().paused_at is None
    # Between two tries.
    VideoJob.objects.filter(pk=job.pk).update(due_at=None)
    world.archived(world.submit("another boat"))
    VideoJob.objects.filter(pk=job.pk).update(due_at=timezone.now())
    world.upstream.calm()
    world.archived(job)
    assert job.attention == ""


def test_a_key_that_may_not_list_models_pauses_nothing_and_says_so(world: World) -> None:
    refuse(world, "models")
    read_again(world.provider)
    world.round()
    provider = Provider.objects.get()
    assert provider.paused_at is None
    assert provider.models_note.startswith(
        "Models can't be listed with this key. Add them by hand."
    )
    job = world.archived(world.submit())
    assert job.attention == ""
    world.upstream.calm()
    read_again(provider)
    world.round()
    assert Provider.objects.get().models_note == ""


def test_a_key_that_may_not_list_models_passes_the_test(world: World) -> None:
    refuse(world, "models")
    want_probe(world.provider)
    world.round()
    probe = Provider.objects.get().probe
    assert probe["state"] == "works"
    assert "Models can't be listed with this key. Add them by hand." in probe["notes"]
