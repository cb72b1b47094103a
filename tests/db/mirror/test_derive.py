"""What is made from a clip is bought once, like a clip; what a provider does not do fails alone."""

import signal
from typing import Any

import pytest

from tests.mirror_process import running_mirror
from tests.patience import PATIENCE, wait_until
from tests.world import World
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.models import JobStatus, Operation, Provider, VideoJob

OPERATIONS = ["remix", "edit", "extend"]
SCRIPTED = {"remix": "remix", "edit": "edit", "extend": "extend"}


@pytest.fixture(autouse=True)
def tested(world: World) -> None:
    """A test of the connection has found all routes."""
    Provider.objects.update(capabilities={"remix": True, "edit": True, "extend": True})


@pytest.fixture
def source(world: World) -> VideoJob:
    return world.archived(world.submit("a paper boat"))


def derive(world: World, source: VideoJob, operation: str, **fields: Any) -> VideoJob:
    fields = {"seconds": "4"} | fields
    kind = Operation(operation)
    return world.submit("a very particular storm", operation=kind, source=source, **fields)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_is_sent_once_and_comes_here_like_any_clip(
    world: World, source: VideoJob, operation: str
) -> None:
    job = world.archived(derive(world, source, operation))
    (sent,) = world.upstream.requests(SCRIPTED[operation])
    assert sent["fields"]["prompt"] == "a very particular storm"
    if operation == "remix":
        assert sent["target"].endswith(f"/{source.remote_id}/remix")
    else:
        assert sent["fields"]["video"] == {"id": source.remote_id}
    assert (job.operation, job.source, job.size) == (operation, source, source.size)
    assert world.upstream.creates == 2


def test_an_extension_asks_for_the_added_seconds_and_holds_all_of_them(
    world: World, source: VideoJob
) -> None:
    world.catalogue_model.price_per_second = {"*": "0.10"}
    world.catalogue_model.save()
    job = world.archived(derive(world, source, "extend", seconds="8"))
    (sent,) = world.upstream.requests("extend")
    assert sent["fields"]["seconds"] == "8"
    assert (job.seconds, job.added_seconds) == ("12", "8")
    # What is bought are the seconds added, not those that are there already.
    assert str(job.price) == "0.8000"
    edit = derive(world, source, "edit")
    assert (edit.seconds, edit.added_seconds, str(edit.price)) == ("4", "", "0.40")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("operation", "failpoint"),
    [("edit", "after_post"), ("extend", "after_post"), ("extend", "submit_started")],
)
def test_a_kill_while_it_is_sent_makes_one_and_not_two(
    world: World, source: VideoJob, operation: str, failpoint: str
) -> None:
    job = derive(world, source, operation)
    with running_mirror(FAILPOINTS=failpoint) as mirror:
        assert mirror.wait(timeout=PATIENCE) == -signal.SIGKILL

    def archived() -> bool:
        job.refresh_from_db()
        return job.archived_at is not None

    with running_mirror():
        wait_until(archived)
    assert world.upstream.creates == 2


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("fault", "how"),
    [("reset", {"commit": True}), ("html", {"commit": True}), ("answer", {"status": 504})],
)
def test_without_a_clear_answer_it_is_found_in_the_list(
    world: World, source: VideoJob, operation: str, fault: str, how: dict[str, Any]
) -> None:
    world.upstream.script(SCRIPTED[operation], fault, **how | {"commit": True})
    job = derive(world, source, operation, seconds="8" if operation == "extend" else "4")
    world.round()
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE
    world.archived(job)
    assert world.upstream.creates == 2
    assert any("Found in the provider's list" in event.why for event in job.events.all())


def test_a_server_that_tells_the_added_length_is_understood(world: World, source: VideoJob) -> None:
    """Some tell of an extension the seconds that were asked for, until it is done."""
    world.upstream.script("extend", "reset", commit=True)
    job = derive(world, source, "extend", seconds="8")
    world.round()
    listed = [video | {"seconds": "8"} for video in _listed(world) if video["prompt"] == job.prompt]
    world.upstream.script("list", json={"object": "list", "data": listed, "has_more": False})
    job = world.until(job, lambda row: row.remote_id, rounds=1)
    assert job.remote_id == listed[0]["id"]


def _listed(world: World) -> list[dict[str, Any]]:
    return [
        {
            "id": row["id"],
            "status": "queued",
            "prompt": row["given"]["prompt"],
            "created_at": int(row["created_at"]),
        }
        for row in world.upstream.jobs
    ]


def test_a_remix_is_not_taken_for_an_edit_nor_an_edit_for_a_clip(
    world: World, source: VideoJob
) -> None:
    """Two with the same words: each finds what is its own by where it comes from."""
    world.upstream.script("remix", "reset", commit=True)
    world.upstream.script("edit", "reset", commit=True)
    remix, edit = derive(world, source, "remix"), derive(world, source, "edit")
    for job in (remix, edit):
        world.archived(job)
    source_by_id = {row["id"]: row["remixed_from"] for row in world.upstream.jobs}
    assert (
        source_by_id[remix.remote_id] == source.remote_id and source_by_id[edit.remote_id] is None
    )
    assert world.upstream.creates == 3


@pytest.mark.parametrize("operation", ["edit", "extend"])
@pytest.mark.parametrize("status", [404, 405, 410, 501, 400, 422])
def test_what_the_provider_refuses_fails_with_its_message_and_pauses_nothing(
    world: World, source: VideoJob, operation: str, status: int
) -> None:
    error = {"error": {"message": "No such wonders here", "code": "nope"}}
    world.upstream.script(SCRIPTED[operation], status=status, json=error, times=None)
    job = world.until(derive(world, source, operation), lambda row: row.is_finished, rounds=2)
    assert job.status == JobStatus.FAILED and "No such wonders here" in job.error_message
    assert len(world.upstream.requests(SCRIPTED[operation])) == 1
    world.provider.refresh_from_db()
    assert world.provider.paused_at is None
    world.archived(world.submit("others go on"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_the_kind_no_longer_offers_when_it_is_sent_fails(
    world: World, source: VideoJob, operation: str
) -> None:
    job = derive(world, source, operation)
    world.provider.corrections = {operation: False}
    world.provider.save()
    job = world.until(job, lambda row: row.is_finished, rounds=2)
    assert job.status == JobStatus.FAILED and f"doesn't {operation}" in job.error_message


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_source_that_is_gone_when_it_is_sent_fails(
    world: World, source: VideoJob, operation: str
) -> None:
    job = derive(world, source, operation)
    VideoJob.objects.filter(pk=source.pk).delete()
    job = world.until(job, lambda row: row.is_finished, rounds=2)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "source_missing")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_cannot_be_made_is_refused_before_there_is_a_row(
    world: World, source: VideoJob, operation: str
) -> None:
    unfinished = world.submit("not yet")
    with pytest.raises(ValidationFailed):
        derive(world, unfinished, operation)
    if operation == "extend":
        with pytest.raises(ValidationFailed):
            derive(world, source, operation, seconds="5")
    world.provider.corrections = {operation: False}
    world.provider.save()
    fresh = VideoJob.objects.select_related("provider").get(pk=source.pk)
    with pytest.raises(ValidationFailed):
        derive(world, fresh, operation)
    assert VideoJob.objects.count() == 2


def test_the_same_key_is_the_same_only_for_the_same_operation(
    world: World, source: VideoJob
) -> None:
    first = derive(world, source, "edit", key="one")
    assert derive(world, source, "edit", key="one").pk == first.pk
    for other in ("remix", "extend"):
        with pytest.raises(IdempotencyConflict):
            derive(world, source, other, key="one")
    longer = derive(world, source, "extend", key="two")
    with pytest.raises(IdempotencyConflict):
        derive(world, source, "extend", key="two", seconds="8")
    assert longer.seconds == "8"
