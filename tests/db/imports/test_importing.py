"""Importing makes rows, never a create; each id becomes one row, whoever presses how often."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from tests.engine_process import running_engine
from tests.imports_fixtures import add_remote_job, go_on, made_elsewhere, offered_ids, read
from tests.world import World
from videos.jobs.errors import ValidationFailed
from videos.jobs.remote.import_jobs import ignore, import_by_id, import_jobs, offer_again
from videos.jobs.remote.record import import_counts
from videos.models import ImportRequest, JobStatus, RemoteJob, VideoJob

pytestmark = pytest.mark.database


def _take(world: World) -> int:
    return import_jobs(world.maker, world.provider, RemoteJob.objects.all())


def test_what_a_script_made_is_imported_and_archived_without_a_create(world: World) -> None:
    world.upstream.settings(statuses=["completed"])
    theirs = made_elsewhere(world.upstream, "one", "two", "three")
    read(world)
    assert _take(world) == 3
    rows = list(VideoJob.objects.order_by("-pk"))
    assert [row.prompt for row in rows] == ["three", "two", "one"], "the newest is on top"
    for row in rows:
        assert row.status == JobStatus.COMPLETED and row.maker == world.maker
        assert row.remote_id in theirs and row.price is None
        assert row.public_id != row.remote_id and row.public_id.startswith("video_")
        assert row.events.first().why == "Imported from Engine"
        world.archived(row)
    assert world.upstream.creates == 3, "the script's own"
    assert offered_ids(world) == set() and not RemoteJob.objects.exists()


def test_an_imported_job_that_still_runs_is_followed_to_its_end(world: World) -> None:
    world.upstream.settings(polls_queued=3, polls_in_progress=3)
    made_elsewhere(world.upstream, "a slow one")
    read(world, 1)
    assert _take(world) == 1
    job = VideoJob.objects.get()
    assert job.status in (JobStatus.QUEUED, JobStatus.IN_PROGRESS) and job.finished_at is None
    world.archived(job)


def test_an_imported_failure_keeps_the_providers_words(world: World) -> None:
    world.upstream.settings(statuses=["failed"])
    made_elsewhere(world.upstream, "no luck")
    read(world)
    _take(world)
    job = VideoJob.objects.get()
    assert (job.status, job.error_message) == (JobStatus.FAILED, "It went wrong.")
    assert job.due_at is None and job.finished_at is not None


def test_what_expires_first_is_archived_first_and_what_is_long_gone_is_not_asked_for(
    world: World,
) -> None:
    world.upstream.settings(statuses=["completed"])
    late, soon, gone = made_elsewhere(world.upstream, "late", "soon", "gone")
    read(world)
    now = timezone.now()
    for remote_id, hours in ((late, 9), (soon, 1), (gone, -9)):
        expires_at = now + timedelta(hours=hours)
        RemoteJob.objects.filter(remote_id=remote_id).update(expires_at=expires_at)
    _take(world)
    world.mirror.threads = 1
    world.round()
    assert VideoJob.objects.exclude(archived_at=None).get().remote_id == soon
    world.round(2)
    targets = {request["target"] for request in world.upstream.requests("content")}
    assert not any(gone in target for target in targets)
    assert VideoJob.objects.get(remote_id=gone).is_lost


def test_what_has_just_expired_by_its_own_clock_is_tried_all_the_same(world: World) -> None:
    # The provider's clock is an hour behind: what it says is over is not.
    world.upstream.settings(statuses=["completed"], clock_skew=-3600, expires_in=1800)
    made_elsewhere(world.upstream, "still there")
    read(world)
    _take(world)
    job = VideoJob.objects.get()
    assert job.is_expired
    world.archived(job)


def test_a_provider_that_tells_no_prompt_gives_clips_with_a_name(world: World) -> None:
    world.upstream.settings(statuses=["completed"], echo_prompt=False)
    (theirs,) = made_elsewhere(world.upstream, "a secret")
    read(world)
    _take(world)
    assert theirs[:40] in VideoJob.objects.get().prompt


def test_two_who_press_at_once_make_each_row_once(world: World) -> None:
    for number in range(30):
        add_remote_job(world, f"r{number}", f"clip {number}")
    counts, barrier = [], threading.Barrier(4)

    def press() -> None:
        barrier.wait()
        try:
            counts.append(_take(world))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 30 and VideoJob.objects.count() == 30
    assert {row.events.count() for row in VideoJob.objects.all()} == {1}


def test_an_id_that_a_job_of_ours_took_meanwhile_is_passed_over(
    world: World, make_job: Callable[..., VideoJob]
) -> None:
    add_remote_job(world, "taken")
    add_remote_job(world, "free", "another")
    make_job(remote_id="taken")
    assert _take(world) == 1
    assert VideoJob.objects.filter(remote_id="taken").count() == 1
    assert list(VideoJob.objects.filter(remote_id="free").values_list("status")) == [("completed",)]


def test_what_is_ignored_stays_away_until_it_is_asked_for_again(world: World) -> None:
    world.upstream.settings(statuses=["completed"])
    theirs = made_elsewhere(world.upstream, "one", "two")
    read(world)
    row = RemoteJob.objects.filter(remote_id=theirs[0])
    assert ignore(world.provider, row) == 1
    read(world)
    assert offered_ids(world) == {theirs[1]}
    assert import_counts() == [(world.provider, 1)]
    assert offer_again(world.provider, row) == 1
    assert offered_ids(world) == set(theirs)


# --- by id ---------------------------------------------------------------------------------------


@pytest.fixture
def blind(world: World) -> World:
    """A provider that cannot list."""
    world.provider.dialect = "litellm"
    world.provider.save()
    world.upstream.settings(statuses=["completed"])
    return world


def _outcomes() -> dict[str, str]:
    return {each.remote_id: each.outcome for each in ImportRequest.objects.all()}


def test_pasted_ids_are_asked_for_and_what_is_there_is_imported(blind: World) -> None:
    one, two = made_elsewhere(blind.upstream, "one", "two")
    assert import_by_id(blind.maker, blind.provider, f"{one}\n\n  {two}  \nunknown\n{one}\n") == 3
    go_on(blind, 4)
    outcomes = _outcomes()
    assert (outcomes[one], outcomes[two]) == ("Imported", "Imported")
    assert "doesn't know this ID" in outcomes["unknown"]
    assert {row.remote_id for row in VideoJob.objects.all()} == {one, two}
    for row in VideoJob.objects.all():
        blind.archived(row)
    assert blind.upstream.creates == 2 and not blind.upstream.requests("list")


def test_an_id_that_was_imported_before_is_reported_and_linked(blind: World) -> None:
    (one,) = made_elsewhere(blind.upstream, "one")
    for _ in range(2):
        import_by_id(blind.maker, blind.provider, one)
        go_on(blind, 2)
    assert _outcomes() == {one: "Already imported"}
    assert ImportRequest.objects.get().job == VideoJob.objects.get()


def test_a_server_that_is_away_is_asked_again(blind: World) -> None:
    (one,) = made_elsewhere(blind.upstream, "one")
    blind.upstream.script("retrieve", status=503, times=4)
    import_by_id(blind.maker, blind.provider, one)
    go_on(blind, 6)
    assert _outcomes() == {one: "Imported"}


def test_a_server_whose_answers_carry_other_ids_is_polled_with_the_pasted_one(
    blind: World,
) -> None:
    (one,) = made_elsewhere(blind.upstream, "one")
    blind.upstream.script("retrieve", "change_id", times=1)
    import_by_id(blind.maker, blind.provider, one)
    go_on(blind, 2)
    assert VideoJob.objects.get().remote_id == one


def test_the_id_of_a_job_that_waits_for_a_decision_is_not_imported_beside_it(blind: World) -> None:
    blind.upstream.script("create", "reset", commit=True)
    job = blind.until(blind.submit("a particular boat"), lambda row: row.attention)
    remote_id = blind.upstream.jobs[0]["id"]
    import_by_id(blind.maker, blind.provider, remote_id)
    go_on(blind, 2)
    import_request = ImportRequest.objects.get()
    assert (
        "may be one of your unconfirmed clips" in import_request.outcome
        and import_request.job == job
    )
    assert VideoJob.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["", " \n ", "..", "a\x00b", "x" * 2049, "\n".join(map(str, range(201)))]
)
def test_what_is_no_id_is_refused_whole(blind: World, text: str) -> None:
    with pytest.raises(ValidationFailed):
        import_by_id(blind.maker, blind.provider, text)
    assert not ImportRequest.objects.exists()


# --- the engine ----------------------------------------------------------------------------------


def test_clips_that_a_script_made_at_the_engine_itself_are_imported(
    world: World, tmp_path: Path
) -> None:
    with running_engine(tmp_path / "engine") as engine:
        world.provider.base_url, world.provider.dialect = engine.base_url, "engine"
        world.provider.save()
        remote_job = engine.create(prompt="a lighthouse at dusk", size="360x640")
        read(world)
        assert offered_ids(world) == {remote_job["id"]}
        assert _take(world) == 1
        job = world.archived(VideoJob.objects.get())
    assert (job.prompt, job.size) == ("a lighthouse at dusk", "360x640")
