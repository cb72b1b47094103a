"""What a provider has and we do not is found by itself, and only that."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from msgspec import structs

from tests.imports_fixtures import add_remote_job, go_on, made_elsewhere, offered_ids, read
from tests.mirror_process import running_mirror
from tests.patience import wait_until
from tests.world import World
from videos.jobs.catalogue.sync import read_again
from videos.jobs.deletion.trash import purge_now, trash
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.remote import read_list as reading
from videos.jobs.remote.import_jobs import import_jobs
from videos.jobs.remote.read_list import read_list_again
from videos.jobs.remote.record import COUNT_TO, held_back, import_counts
from videos.models import Hidden, JobStatus, Listing, RemoteDeletion, RemoteJob, VideoJob
from videos.provider.client import Client
from videos.wire import RemotePage


@pytest.fixture(autouse=True)
def finished_at_once(world: World) -> None:
    world.upstream.settings(statuses=["completed"])


def _lists(world: World) -> int:
    return len(world.upstream.requests("list"))


# --- reading -------------------------------------------------------------------------------------


def test_a_list_is_read_whole_and_only_what_is_not_ours_is_noted(world: World) -> None:
    ours = world.archived(world.submit())
    theirs = made_elsewhere(world.upstream, *(f"clip {number}" for number in range(5)))
    listing = read(world)
    assert offered_ids(world) == set(theirs) and ours.remote_id not in theirs
    assert (listing.size, listing.fresh, listing.begun_at) == (6, 5, None)
    assert listing.whole_at is not None and listing.due_at is not None
    first = RemoteJob.objects.get(remote_id=theirs[0])
    assert (first.prompt, first.size, first.seconds) == ("clip 0", "1280x720", "4")
    assert first.status == JobStatus.COMPLETED and first.expires_at is not None


@pytest.mark.database
def test_a_long_list_is_read_in_pages_and_steps_with_its_progress_written_down(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGES_A_STEP", 2)
    world.upstream.settings(statuses=["completed"], max_page=3)
    made_elsewhere(world.upstream, *(f"clip {number}" for number in range(14)))
    read_list_again(world.provider)
    seen = []
    for _ in range(5):
        go_on(world, 1)
        seen.append(Listing.objects.get().jobs_read)
    assert seen == [6, 12, 14, 14, 14]
    assert RemoteJob.objects.count() == 14


@pytest.mark.database
def test_a_mirror_killed_while_it_reads_is_followed_by_one_that_goes_on_there(
    world: World,
) -> None:
    world.upstream.settings(statuses=["completed"], max_page=2)
    theirs = made_elsewhere(world.upstream, *(f"clip {number}" for number in range(12)))
    world.upstream.script("list", "pass", times=None, delay=0.4)
    read_list_again(world.provider)
    with running_mirror():
        wait_until(lambda: Listing.objects.get().pages >= 2)
    first = [request["query"].get("after") for request in world.upstream.requests("list")]
    world.upstream.calm()
    Listing.objects.update(lease_until=None)
    go_on(world, 4)
    later = [r["query"].get("after") for r in world.upstream.requests("list")][len(first) :]
    assert None not in later and later
    assert offered_ids(world) == set(theirs)
    assert Listing.objects.get().jobs_read == 12


def test_a_list_that_ignores_the_cursor_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made_elsewhere(world.upstream, "one", "two", "three")
    real = Client.list_page

    def first_page(self: Client, after: Any = None, *args: Any, **kwargs: Any) -> RemotePage:
        listing = real(self, None, *args, **kwargs)
        return RemotePage(data=listing.data, has_more=True, last_id=listing.last_id)

    monkeypatch.setattr(Client, "list_page", first_page)
    listing = read(world)
    assert listing.begun_at is None and listing.pages == 2
    assert RemoteJob.objects.count() == 3


def test_a_list_that_is_away_is_read_later_from_where_it_was(world: World) -> None:
    world.upstream.settings(statuses=["completed"], max_page=2)
    made_elsewhere(world.upstream, *(f"clip {number}" for number in range(6)))
    world.upstream.script("list", "reset", after=1, times=4)
    listing = read(world, 8)
    assert (listing.jobs_read, listing.trouble) == (6, "")


def test_a_list_that_is_refused_says_so(world: World) -> None:
    world.upstream.script("list", status=400, json={"error": {"message": "No lists"}}, times=None)
    listing = read(world)
    assert "No lists" in listing.trouble and listing.begun_at is None


@pytest.mark.database
def test_what_the_whole_list_does_not_show_any_more_is_forgotten(world: World) -> None:
    gone = add_remote_job(world, "gone", seen_at=timezone.now() - timedelta(minutes=5))
    (there,) = made_elsewhere(world.upstream, "still there")
    read(world)
    assert offered_ids(world) == {there}
    assert not RemoteJob.objects.filter(pk=gone.pk).exists()


def test_a_noted_job_is_updated_from_later_readings(world: World) -> None:
    world.upstream.settings(statuses=["queued"] * 2 + ["completed"])
    made_elsewhere(world.upstream, "a slow one")
    read(world)
    assert RemoteJob.objects.get().status == JobStatus.QUEUED
    read(world)
    assert RemoteJob.objects.get().status == JobStatus.COMPLETED


def test_a_job_that_the_server_calls_deleted_is_not_offered(world: World) -> None:
    world.upstream.settings(statuses=["deleted"])
    made_elsewhere(world.upstream, "thrown away")
    read(world)
    assert offered_ids(world) == set()


# --- by itself -----------------------------------------------------------------------------------


def test_refreshing_our_own_jobs_notes_the_others_without_a_call_more(world: World) -> None:
    world.upstream.settings(statuses=["in_progress"])
    mine = [world.submit(f"clip {number}") for number in range(3)]
    for job in mine:
        world.until(job, lambda row: row.status == JobStatus.IN_PROGRESS)
    theirs = made_elsewhere(world.upstream, "a script's clip")
    before = _lists(world)
    world.round()
    assert _lists(world) == before + 1
    assert offered_ids(world) == set(theirs)


def test_by_the_clock_a_list_is_read_until_a_page_tells_nothing_new(
    world: World, settings: Any
) -> None:
    settings.LIST_CHECK_MINUTES = 15
    world.upstream.settings(statuses=["completed"], max_page=2)
    made_elsewhere(world.upstream, *(f"clip {number}" for number in range(8)))
    read(world)
    before = _lists(world)
    listing = Listing.objects.get()
    assert listing.due_at is not None
    wait = (listing.due_at - timezone.now()).total_seconds()
    assert 14 * 60 < wait <= 15 * 60
    (fresh,) = made_elsewhere(world.upstream, "a new one")
    Listing.objects.update(due_at=timezone.now())
    go_on(world)
    assert fresh in offered_ids(world)
    assert _lists(world) == before + 2  # the page with the new one, and one that has none


def test_once_a_day_the_list_is_read_to_its_end(world: World) -> None:
    world.upstream.settings(statuses=["completed"], max_page=2)
    made_elsewhere(world.upstream, *(f"clip {number}" for number in range(8)))
    read(world)
    before = _lists(world)
    yesterday = timezone.now() - timedelta(days=1, minutes=1)
    Listing.objects.update(due_at=timezone.now(), whole_at=yesterday)
    go_on(world)
    assert _lists(world) == before + 4


def test_a_provider_that_became_another_server_is_read_whole_and_the_old_notes_go(
    world: World,
) -> None:
    add_remote_job(world, "at the old server", seen_at=timezone.now() - timedelta(minutes=5))
    made_elsewhere(world.upstream, "one")
    read(world)
    add_remote_job(world, "of then", seen_at=timezone.now() - timedelta(minutes=5))
    Listing.objects.update(base_url="http://gone.example/v1", due_at=timezone.now())
    go_on(world)
    assert not RemoteJob.objects.filter(remote_id="of then").exists()
    assert Listing.objects.get().base_url == world.upstream.base_url


def test_a_new_providers_list_is_read_unless_that_is_turned_off(
    world: World, settings: Any
) -> None:
    settings.LIST_CHECK_MINUTES = 0
    read_again(world.provider)
    world.round()
    assert not Listing.objects.exists()
    settings.LIST_CHECK_MINUTES = 15
    read_again(world.provider)
    world.round(2)
    assert Listing.objects.get().read_at is not None


def test_a_provider_that_cannot_list_is_never_asked_to(world: World) -> None:
    world.provider.dialect = "litellm"
    world.provider.save()
    read_again(world.provider)
    world.round(2)
    read(world)
    assert _lists(world) == 0


# --- what must not be offered --------------------------------------------------------------------


@pytest.mark.database
def test_a_clip_deleted_here_for_good_does_not_come_back_as_an_orphan(world: World) -> None:
    job = world.archived(world.submit())
    # The provider is not asked to delete what has expired there; its list still tells of it.
    VideoJob.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    _purge(world, job)
    assert not RemoteDeletion.objects.exists()
    read(world)
    assert offered_ids(world) == set() and len(world.upstream.jobs) == 1
    assert RemoteJob.objects.get().prompt == "", "what was deleted is not kept under another name"


def test_a_clip_whose_deletion_the_provider_owes_us_is_no_orphan(world: World) -> None:
    job = world.archived(world.submit())
    world.upstream.script("delete", status=503, times=None)
    _purge(world, job)
    RemoteJob.objects.all().delete()  # as where the deletion is older than tombstones
    read(world)
    assert RemoteDeletion.objects.exists() and offered_ids(world) == set()


def test_a_tombstone_goes_when_the_provider_has_forgotten_the_job(world: World) -> None:
    job = world.archived(world.submit())
    _purge(world, job)
    world.round(2)
    assert RemoteJob.objects.filter(hidden=Hidden.PURGED).exists()
    RemoteJob.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    read(world)
    assert not RemoteJob.objects.exists()


def _purge(world: World, job: VideoJob) -> None:
    rows = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, rows)
    purge_now(world.maker, rows)
    VideoJob.objects.update(purge_at=timezone.now() - timedelta(minutes=1))
    world.round()
    assert not rows.exists()


@pytest.fixture
def unanswered(world: World, settings: Any) -> VideoJob:
    """A job of ours that the provider has, and whose id nobody knows yet."""
    settings.SUBMIT_GRACE_SECONDS = 3600
    world.upstream.script("create", "reset", commit=True)
    job = world.submit("a particular boat")
    world.round()
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE
    return job


@pytest.mark.database
def test_what_a_job_of_ours_is_looking_for_is_not_offered_meanwhile(
    world: World, unanswered: VideoJob
) -> None:
    (other,) = made_elsewhere(world.upstream, "something else")
    VideoJob.objects.update(due_at=timezone.now() + timedelta(hours=1))
    read_list_again(world.provider)
    world.mirror.next_slow = 0
    world.mirror.round()
    world.mirror.settle()
    assert RemoteJob.objects.count() == 2
    assert offered_ids(world) == {other} and held_back(world.provider) == 1
    assert import_jobs(world.maker, world.provider, RemoteJob.objects.all()) == 1
    world.until(unanswered, lambda row: row.remote_id)
    assert offered_ids(world) == set() and held_back(world.provider) == 0
    assert VideoJob.objects.count() == 2 and world.upstream.creates == 2


def test_without_prompts_in_the_list_nothing_is_offered_while_a_job_needs_a_decision(
    world: World, unanswered: VideoJob, settings: Any
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    world.upstream.settings(statuses=["completed"], echo_prompt=False)
    made_elsewhere(world.upstream, "a secret")
    world.until(unanswered, lambda row: row.attention)
    read(world)
    assert offered_ids(world) == set() and held_back(world.provider) == 2
    assert resolve(world.maker, unanswered, "give_up")
    assert len(offered_ids(world)) == 2


# --- what it costs -------------------------------------------------------------------------------


@pytest.mark.database
def test_noting_a_known_page_costs_three_queries(world: World) -> None:
    made_elsewhere(world.upstream, *(f"clip {number}" for number in range(40)))
    read(world)
    page = jobs_page(world)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert reading.store_unknown_jobs(world.provider, page) == 0
    assert len(queries) == 3


def jobs_page(world: World) -> Any:
    with Client(world.upstream.base_url) as client:
        return client.list_page().data


@pytest.mark.database
def test_a_long_list_costs_the_same_queries_on_every_page_and_is_counted_up_to_a_limit(
    world: World,
) -> None:
    made_elsewhere(world.upstream, "one")
    (one,) = jobs_page(world)
    queries = set()
    for page in range(COUNT_TO // 100 + 1):
        listing = [structs.replace(one, id=f"{page}-{number}") for number in range(100)]
        with CaptureQueriesContext(connection) as captured:
            assert reading.store_unknown_jobs(world.provider, listing, again=True) == 100
        queries.add(len(captured))
    assert len(queries) == 1
    assert import_counts() == [(world.provider, COUNT_TO + 1)]
