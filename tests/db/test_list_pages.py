"""A list page that is too large, or holds an entry nobody can read, leaves no clip standing."""

from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone

from tests.world import World
from videos.jobs.providers import clients, failing_list
from videos.jobs.remote.read_list import read_list_again
from videos.models import Hidden, JobStatus, Listing, Provider, RemoteJob, VideoJob
from videos.provider import retry

# Forty-five of them are more than the megabyte that is read of an answer.
LONG = "a very long prompt " * 1550


@pytest.fixture(autouse=True)
def new_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a restart: what worked before is not known. A failed read is repeated at once."""
    monkeypatch.setattr(clients, "_clients", {})
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0)


def limits(world: World) -> list[int]:
    return [int(seen["query"]["limit"]) for seen in world.upstream.requests("list")]


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(world: World) -> None:
    world.upstream.settings(polls_queued=0, polls_in_progress=99)
    for number in range(45):
        world.submit(f"{number} {LONG}"[:30_000])
    for _ in range(40):
        world.round()
        if not VideoJob.objects.exclude(status=JobStatus.IN_PROGRESS).exists():
            break
    assert set(VideoJob.objects.values_list("status", flat=True)) == {JobStatus.IN_PROGRESS}
    assert not VideoJob.objects.exclude(attention="").exists()
    requested_limits = limits(world)
    assert min(requested_limits) < 45 and requested_limits[-1] == min(requested_limits)
    # What worked is remembered: the large page is asked for once.
    assert requested_limits.count(100) == requested_limits.index(50)
    assert "list's pages are too large" in Provider.objects.get().list_note


@pytest.mark.slow
def test_the_import_reads_large_lists_to_their_end_as_well(world: World) -> None:
    for number in range(45):
        world.submit(f"{number} {LONG}"[:30_000])
    world.until(VideoJob.objects.latest("pk"), lambda row: row.remote_id, rounds=60)
    VideoJob.objects.update(due_at=timezone.now())
    VideoJob.objects.all().delete()
    read_list_again(world.provider)
    for _ in range(4):
        world.round()
    listing = Listing.objects.get()
    assert (listing.trouble, listing.jobs_read) == ("", world.upstream.creates)


@pytest.mark.parametrize("entry", [{"id": 5}, None, "text", {"status": "queued"}])
def test_an_entry_that_cannot_be_read_costs_itself(world: World, entry: object) -> None:
    for number in range(3):
        world.submit(f"clip {number}")
    for _ in range(3):
        world.round()
    listed = [row.remote_id for row in VideoJob.objects.exclude(remote_id="")]
    data = [entry] + [
        {"id": ident, "object": "video", "status": "completed", "progress": 100} for ident in listed
    ]
    body = {"object": "list", "data": data, "has_more": False}
    world.upstream.script("list", json=body, times=None)
    for job in VideoJob.objects.all():
        world.archived(job)
    assert Provider.objects.get().list_note in ("", "1 entry in its list can't be read.")


def test_what_an_unreadable_entry_was_is_not_taken_to_be_gone(world: World) -> None:
    now = timezone.now()
    ignored = RemoteJob.objects.create(
        provider=world.provider, remote_id="old", hidden=Hidden.PURGED, made_at=now, status="queued"
    )
    RemoteJob.objects.update(seen_at=now - timedelta(days=2))
    body = {"object": "list", "data": [{"id": None}], "has_more": False}
    world.upstream.script("list", json=body, times=1)
    read_list_again(world.provider)
    world.round(2)
    assert Listing.objects.get().unreadable == 1
    assert RemoteJob.objects.filter(pk=ignored.pk).exists()
    read_list_again(world.provider)
    world.round(2)
    assert not RemoteJob.objects.filter(pk=ignored.pk).exists()


@pytest.mark.parametrize("fault", ["html", "huge_json", "deep_json"])
def test_a_list_that_can_never_be_read_leaves_asking_by_id(world: World, fault: str) -> None:
    for number in range(3):
        world.submit(f"clip {number}")
    world.upstream.script("list", fault, times=None)
    for job in VideoJob.objects.all():
        world.archived(job)
    assert "asked for one by one" in Provider.objects.get().list_note


SERVER_ERRORS = [
    pytest.param("answer", {"status": 500}, id="500"),
    pytest.param("reset", {}, id="reset"),
]


@pytest.mark.parametrize(("fault", "how"), SERVER_ERRORS)
def test_a_list_that_always_fails_leaves_asking_by_id(
    world: World, fault: str, how: dict[str, Any]
) -> None:
    for number in range(3):
        world.submit(f"clip {number}")
    world.upstream.script("list", fault, times=None, **how)
    for job in VideoJob.objects.all():
        world.archived(job)
    provider = Provider.objects.get()
    assert "asked for one by one" in provider.list_note and not provider.is_paused
    # It is left alone for a while, and nothing that needs it pauses the provider.
    lists_before = len(limits(world))
    for number in range(3):
        world.archived(world.submit(f"another {number}"))
    assert len(limits(world)) == lists_before


def test_a_list_that_works_again_is_used_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upstream.settings(polls_queued=99)
    for number in range(3):
        world.submit(f"clip {number}")
    world.upstream.script("list", status=500, times=None)
    world.until(VideoJob.objects.latest("pk"), lambda row: Provider.objects.get().list_note)
    world.upstream.calm()
    monkeypatch.setattr(failing_list, "monotonic", lambda: monotonic() + 301)
    world.round(2)
    polls_before = len(world.upstream.requests("retrieve"))
    world.round(3)
    assert len(world.upstream.requests("retrieve")) == polls_before
    assert Provider.objects.get().list_note == ""


def test_one_job_that_always_fails_is_not_taken_for_the_server(world: World) -> None:
    for number in range(3):
        world.submit(f"clip {number}")
    world.until(VideoJob.objects.latest("pk"), lambda row: row.remote_id)
    bad, *others = VideoJob.objects.all()
    world.upstream.script("list", status=500, times=None)
    world.upstream.script("retrieve", status=500, times=None, match=bad.remote_id)
    for job in others:
        world.until(job, lambda row: row.archived_at, rounds=40)


def test_a_server_that_is_down_is_asked_once_at_a_time(world: World) -> None:
    world.upstream.settings(polls_queued=99)
    for number in range(6):
        world.submit(f"clip {number}")
    world.until(VideoJob.objects.latest("pk"), lambda row: row.remote_id, rounds=20)
    world.round(2)
    world.upstream.script("any", status=500, times=None)
    for failures in range(1, 9):
        requests_before = len(world.upstream.requests())
        world.round()
        # One read, which is tried three times. All wait for the next, ever longer.
        assert len(world.upstream.requests()) - requests_before == 3
        assert Provider.objects.get().attempts == failures
        assert set(VideoJob.objects.values_list("attempts", flat=True)) == {failures}
        assert Provider.objects.get().holds_polls is (failures >= clients.TROUBLE_AFTER)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_server_that_refuses_large_pages_is_asked_for_its_own_size(
    world: World, status: int
) -> None:
    error = {"error": {"message": "limit must be at most 20"}}
    world.upstream.script("list", status=status, json=error, times=None, match="limit=100")
    world.upstream.script("create", "reset", commit=True)
    jobs = [world.submit(f"clip {number}") for number in range(3)]
    for job in jobs:
        world.archived(job)
    assert world.upstream.creates == 3 and set(limits(world)) == {100, 20}
    assert limits(world).count(100) == 1
    assert "requested 20 jobs at a time" in Provider.objects.get().list_note


def test_a_row_that_can_never_be_read_says_so_after_some_tries(world: World) -> None:
    world.upstream.settings(polls_queued=99)
    bad = world.until(world.submit("odd"), lambda row: row.remote_id)
    world.upstream.script("retrieve", "html", times=None, match=bad.remote_id)
    world.until(bad, lambda row: row.attention)
    assert "doesn't return its status" in bad.attention and bad.due_at is not None
    assert Provider.objects.get().paused_at is None


def test_a_key_that_may_not_list_clips_has_them_asked_for_by_id(world: World) -> None:
    for number in range(3):
        world.submit(f"clip {number}")
    world.upstream.script("list", status=403, json={"error": {"message": "no scope"}}, times=None)
    for job in VideoJob.objects.all():
        world.archived(job)
    assert Provider.objects.get().paused_at is None
