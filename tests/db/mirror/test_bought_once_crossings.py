"""Where two features meet, no clip is bought twice, taken for another, or left hanging."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.imports_fixtures import made_elsewhere, read
from tests.world import World
from videos.jobs.deletion.trash import trash
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.remote.import_jobs import import_jobs
from videos.models import (
    JobStatus,
    Operation,
    Provider,
    RemoteJob,
    TeamSettings,
    VideoJob,
)

pytestmark = pytest.mark.database

WORDS = "the same boat"


@pytest.fixture(autouse=True)
def tested(world: World) -> None:
    """A test of the connection has found all routes."""
    Provider.objects.update(capabilities={"remix": True, "edit": True, "extend": True})


def unanswered(world: World, *, arrives: bool, route: str = "create", times: int = 1) -> None:
    world.upstream.script(route, "reset", commit=arrives, times=times)


def there(world: World) -> list[str]:
    return [job["id"] for job in world.upstream.jobs]


@pytest.mark.parametrize("arrived", [0, 1, 2])
def test_takes_whose_creates_went_unanswered_find_theirs_and_only_the_missing_are_sent_again(
    world: World, settings: Any, arrived: int
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    world.mirror.threads = 1
    if arrived:
        unanswered(world, arrives=True, times=arrived)
    if arrived < 2:
        unanswered(world, arrives=False, times=2 - arrived)
    world.submit(WORDS, takes=4)
    for job in VideoJob.objects.all():
        world.archived(job)
    ids = set(VideoJob.objects.values_list("remote_id", flat=True))
    assert ids == set(there(world))
    assert (len(ids), world.upstream.creates) == (4, 4)


def test_a_strangers_job_that_was_there_before_is_not_taken_for_ours(world: World) -> None:
    world.archived(world.submit("long ago"))
    made_elsewhere(world.upstream, WORDS, WORDS)
    read(world)
    unanswered(world, arrives=True)
    job = world.archived(world.submit(WORDS))
    assert job.remote_id == there(world)[-1], "not one that a script had made before"


def test_a_strangers_job_that_was_there_before_is_asked_about_where_ours_is_not_there(
    world: World, settings: Any
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    world.archived(world.submit("long ago"))
    made_elsewhere(world.upstream, WORDS)
    read(world)
    unanswered(world, arrives=False)
    job = world.until(world.submit(WORDS), lambda row: row.attention and row.due_at is None)
    assert (job.status, world.upstream.creates) == (JobStatus.UNSURE, 2)


def test_a_clip_deleted_here_for_good_does_not_come_back_as_another(world: World) -> None:
    TeamSettings.objects.update_or_create(pk=1, defaults={"delete_remote": False})
    world.archived(world.submit("long ago"))
    old = world.archived(world.submit(WORDS))
    trash(world.maker, VideoJob.objects.filter(pk=old.pk))
    VideoJob.objects.filter(pk=old.pk).update(purge_at=timezone.now() - timedelta(minutes=1))
    world.round()
    assert not VideoJob.objects.filter(pk=old.pk).exists()
    unanswered(world, arrives=True)
    job = world.archived(world.submit(WORDS))
    assert old.remote_id != job.remote_id == there(world)[-1]


def test_what_was_imported_does_not_hide_that_ours_is_not_there(
    world: World, settings: Any
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    made_elsewhere(world.upstream, "from last year")
    mine = world.archived(world.submit("mine"))
    read(world)
    imported = import_jobs(world.maker, world.provider, RemoteJob.objects.all())
    assert imported == 1
    unanswered(world, arrives=False)
    job = world.submit(WORDS)
    world.round()
    job.refresh_from_db()
    assert job.known_before == mine.remote_id
    world.archived(job)
    assert world.upstream.creates == 3


def test_a_job_that_was_imported_before_its_own_create_was_answered_is_not_bought_again(
    world: World, settings: Any
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    # The server rewrites prompts, so nobody can see that it is ours before the answer comes.
    (there_already,) = made_elsewhere(world.upstream, "the same boat, cinematic")
    read(world)
    import_jobs(world.maker, world.provider, RemoteJob.objects.all())
    world.upstream.script("create", json={"id": there_already, "status": "queued"}, times=None)
    job = world.until(world.submit(WORDS), lambda row: row.due_at is None)
    world.round(3)
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE
    assert "another clip here" in job.attention and "Choose" in job.attention
    assert len(world.upstream.requests("create")) == 2, "the script's and ours"


def test_words_that_were_said_while_it_was_looked_for_go_when_it_is_found(world: World) -> None:
    first = world.archived(world.submit("first"))
    world.upstream.script("create", "patch", fields={"id": first.remote_id})
    second = world.archived(world.submit("second"))
    assert (second.attention, world.upstream.creates) == ("", 2)


@pytest.mark.parametrize("arrives", ["the clip", "the edit"])
def test_a_clip_and_an_edit_with_the_same_words_are_not_mistaken_for_each_other(
    world: World, settings: Any, arrives: str
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    world.mirror.threads = 1
    source = world.archived(world.submit("long ago"))
    unanswered(world, arrives=arrives == "the clip")
    unanswered(world, arrives=arrives == "the edit", route="edit")
    clip = world.submit(WORDS)
    edit = world.submit(WORDS, operation=Operation.EDIT, source=source)
    # Until both are unsure nobody sees the list.
    world.upstream.script("list", status=503, times=None)
    for job in (clip, edit):
        world.until(job, lambda row: row.status == JobStatus.UNSURE)
    world.upstream.calm()
    for job in (clip, edit):
        world.until(job, lambda row: row.attention and row.due_at is None)
    world.round(3)
    assert {row.status for row in (clip, edit)} == {JobStatus.UNSURE}
    assert world.upstream.creates == 2
    # Once a person has said which is which, both come here.
    owner, other = (clip, edit) if arrives == "the clip" else (edit, clip)
    assert resolve(world.maker, owner, "link", there(world)[-1])
    assert resolve(world.maker, other, "again")
    for job in (clip, edit):
        world.archived(job)
    assert world.upstream.creates == 3


def test_an_extension_whose_length_comes_back_otherwise_is_asked_about(
    world: World, settings: Any
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    source = world.archived(world.submit("long ago"))
    unanswered(world, arrives=True, route="extend")
    VideoJob.objects.filter(pk=source.pk).update(seconds="8")
    source.refresh_from_db()
    job = world.submit(WORDS, operation=Operation.EXTEND, source=source, seconds="8")
    # Stitched 16, added 8; the server says 12.
    job = world.until(job, lambda row: row.attention and row.due_at is None)
    assert (job.status, world.upstream.creates) == (JobStatus.UNSURE, 2)


@pytest.mark.parametrize(
    "how",
    [
        {"status": 404, "json": {"detail": "Not Found"}},
        {"status": 405, "json": {"detail": "Method Not Allowed"}},
        {"status": 400, "json": {"error": {"message": "LLM Provider NOT provided"}}},
    ],
)
def test_a_list_that_is_none_ends_in_words_and_not_in_looking_for_ever(
    world: World, settings: Any, how: dict[str, Any]
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    world.upstream.script("list", times=None, **how)
    unanswered(world, arrives=True)
    job = world.until(world.submit(WORDS), lambda row: row.due_at is None)
    assert "list can't be read" in job.attention
    assert (job.status, world.upstream.creates) == (JobStatus.UNSURE, 1)


def test_a_list_that_is_away_for_a_while_is_asked_again(world: World) -> None:
    world.upstream.script("list", status=503, times=6)
    unanswered(world, arrives=True)
    world.archived(world.submit(WORDS))
    assert world.upstream.creates == 1


def test_a_job_purged_while_it_was_being_sent_leaves_a_trace(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    Provider.objects.update(paused_at=timezone.now())
    job = world.submit(WORDS)
    VideoJob.objects.filter(pk=job.pk).update(submit_started_at=timezone.now())
    trash(world.maker, VideoJob.objects.filter(pk=job.pk))
    VideoJob.objects.filter(pk=job.pk).update(purge_at=timezone.now() - timedelta(minutes=1))
    world.round()
    assert not VideoJob.objects.filter(pk=job.pk).exists()
    assert f"{job.public_id} while unconfirmed" in caplog.text


@pytest.mark.parametrize("known", [True, False])
def test_a_new_job_in_other_words_may_have_been_sent_until_the_provider_is_known_to_repeat_them(
    world: World, settings: Any, known: bool
) -> None:
    if known:
        world.archived(world.submit("long ago"))
    before = world.upstream.creates
    unanswered(world, arrives=False)
    job = world.submit(WORDS)
    world.until(job, lambda row: row.status == JobStatus.UNSURE)
    made_elsewhere(world.upstream, "The very same boat, cinematic, in golden light")
    settings.SUBMIT_GRACE_SECONDS = 0
    if known:
        world.archived(job)
    else:
        row = world.until(job, lambda row: row.attention and row.due_at is None)
        assert "another prompt" in row.attention
    assert world.upstream.creates == before + (2 if known else 1)
