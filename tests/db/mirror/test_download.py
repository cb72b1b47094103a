"""A clip that is shown as archived is there, whole; anything less never is."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from tests.upstream.clip import video as clip_video
from tests.upstream.control import Upstream, running_upstream
from tests.world import World
from videos import durable
from videos.archive import record, store
from videos.jobs.providers import clients
from videos.models import JobStatus, Provider, VideoJob

NOT_A_CLIP: list[tuple[str, dict[str, Any]]] = [
    ("truncate", {"keep": 1000}),
    ("truncate_close", {"keep": 1000}),
    ("html", {}),
    ("empty", {}),
    ("text", {}),
    ("deep_json", {}),
    ("reset", {}),
    ("answer", {"status": 500}),
    ("answer", {"body": b"\x00\x00\x00\x18ftypisom", "headers": {"Content-Type": "video/mp4"}}),
]


def _files(job: VideoJob) -> list[Path]:
    """What anybody may see; what is set aside for want of better is nothing of that."""
    folder = store.folder(job)
    files = list(folder.iterdir()) if folder.exists() else []
    return [file for file in files if file.name != store.SET_ASIDE]


def _completed(world: World) -> VideoJob:
    return world.until(world.submit(), lambda row: row.status == JobStatus.COMPLETED)


@pytest.mark.parametrize(("fault", "how"), NOT_A_CLIP)
def test_what_is_no_whole_clip_is_not_kept_and_is_asked_for_again(
    world: World, fault: str, how: dict[str, Any]
) -> None:
    world.upstream.script("content", fault, times=1, **how)
    job = _completed(world)
    world.round()
    job.refresh_from_db()
    assert job.archived_at is None and _files(job) == []
    world.archived(job)


def test_after_five_bad_answers_a_person_is_asked_and_the_mirror_goes_on_trying(
    world: World,
) -> None:
    world.upstream.script("content", "html", times=6)
    job = _completed(world)
    world.until(job, lambda row: row.attention)
    world.archived(job)
    assert job.attention == ""


def test_an_endless_body_is_cut_off_at_the_limit(world: World, settings: Any) -> None:
    settings.MAX_CONTENT_MB = 1
    world.upstream.script("content", "endless", times=1)
    job = _completed(world)
    world.round()
    job.refresh_from_db()
    assert job.archived_at is None and _files(job) == []


@pytest.mark.parametrize("status", [400, 405, 409, 422])
def test_a_content_route_that_keeps_refusing_is_reported_with_its_message(
    world: World, status: int
) -> None:
    refusal = {"error": {"message": "no bytes for you", "code": "odd"}}
    world.upstream.script("content", status=status, json=refusal, times=None)
    job = world.until(_completed(world), lambda row: row.attention)
    assert "no bytes for you" in job.attention and job.archived_at is None
    world.upstream.calm()
    assert world.archived(job).attention == ""


def test_content_that_is_not_ready_yet_is_waited_for(world: World) -> None:
    world.upstream.script("content", status=404, json={"detail": "not ready"}, times=2)
    job = world.archived(_completed(world))
    assert not job.is_lost


@pytest.mark.parametrize("status", [404, 410])
def test_a_clip_that_expired_before_it_came_is_lost_and_says_so(world: World, status: int) -> None:
    world.upstream.settings(expires_in=-60, gone_when_expired=status)
    job = _completed(world)
    world.until(job, lambda row: row.due_at is None)
    assert job.is_lost and job.prompt
    assert "wasn't archived" in job.events.last().why


def test_a_content_route_that_stays_404_for_ten_minutes_means_gone(world: World) -> None:
    world.upstream.script("content", status=404, json={"detail": "gone"}, times=None)
    job = _completed(world)
    world.round(4)
    job.refresh_from_db()
    assert not job.is_lost
    VideoJob.objects.update(missing_since=timezone.now() - timedelta(minutes=11))
    world.round()
    job.refresh_from_db()
    assert job.is_lost and job.due_at is None


def test_a_full_disk_waits_and_leaves_no_half_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    job = _completed(world)
    with monkeypatch.context() as patched:
        patched.setattr(durable.os, "fsync", full)
        world.round()
    job.refresh_from_db()
    assert job.archived_at is None and "full" in job.attention and _files(job) == []
    world.archived(job)
    assert job.attention == ""


def test_an_archive_that_cannot_be_written_is_waited_for_and_sets_no_row_aside(
    world: World,
) -> None:
    job = _completed(world)
    # Root may write anywhere, but nobody makes a folder below a file.
    settings.ARCHIVE_DIR.write_text("in the way")
    world.round(settings.MAX_CLAIMS + 2)
    job.refresh_from_db()
    assert job.due_at is not None and "can't be written" in job.attention
    settings.ARCHIVE_DIR.unlink()
    world.archived(job)
    assert job.attention == ""


@contextmanager
def _cloud(world: World, host: str) -> Iterator[Upstream]:
    """A storage service that has the clip, as the jobs of an SGLang say."""
    Provider.objects.update(dialect="sglang")
    with running_upstream() as cloud:
        kind = {"Content-Type": "video/mp4"}
        cloud.script("any", body=clip_video(), headers=kind, times=None)
        url = f"http://{host}:{cloud.port}/bucket/boat.mp4?signature=1"
        message = f"Video has been uploaded to cloud storage. Please use the cloud URL: {url}"
        world.upstream.script("content", status=400, json={"detail": message}, times=None)
        fields = {"url": url, "urls": [url]}
        world.upstream.script("retrieve", "patch", fields=fields, times=None)
        yield cloud


def test_a_clip_in_the_servers_cloud_storage_is_archived_from_there(world: World) -> None:
    with _cloud(world, "127.0.0.1") as cloud:
        job = world.archived(world.submit())
        assert store.absolute(world.asset(job).path).read_bytes() == clip_video()
        assert [seen["target"] for seen in cloud.requests()] == ["/bucket/boat.mp4?signature=1"]


def test_storage_that_is_away_holds_back_its_clip_and_nothing_else(world: World) -> None:
    with _cloud(world, "127.0.0.1") as cloud:
        cloud.calm()
        cloud.script("any", status=503, times=None)
        job = world.until(world.submit(), lambda row: row.attention)
        assert "answered 503" in job.attention and not Provider.objects.get().is_paused
        assert Provider.objects.get().attempts == 0
        cloud.calm()
        kind = {"Content-Type": "video/mp4"}
        cloud.script("any", body=clip_video(), headers=kind, times=None)
        assert world.archived(job).attention == ""


def test_storage_at_a_private_address_is_not_asked_until_the_operator_allows_it(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _cloud(world, "localhost") as cloud:
        job = world.until(world.submit(), lambda row: row.attention)
        assert job.attention.startswith("The provider doesn't send the clip: ")
        assert "localhost is a private address" in job.attention and cloud.requests() == []
        # The provider is as well as before.
        world.provider.refresh_from_db()
        assert world.provider.paused_at is None and world.provider.attempts == 0
        settings.ALLOW_PRIVATE_CONTENT_HOSTS = True
        # As after a restart.
        monkeypatch.setattr(clients, "_clients", {})
        assert world.archived(job).attention == ""


def test_a_worker_that_lost_its_lease_while_drawing_leaves_no_pictures(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _completed(world)
    draw = record.stills

    def slept(path: Path, *args: object) -> object:
        VideoJob.objects.update(lease_token="another's", lease_until=None)
        return draw(path, *args)

    with monkeypatch.context() as patched:
        patched.setattr(record, "stills", slept)
        world.round()
    assert [path.suffix for path in _files(job)] == [".mp4"]
    world.archived(job)
    assert len(_files(job)) == 4 and len(world.upstream.requests("content")) == 1


def test_a_server_that_keeps_refusing_to_tell_of_a_job_is_brought_to_a_persons_notice(
    world: World,
) -> None:
    world.upstream.settings(polls_queued=50)
    job = world.until(world.submit(), lambda row: row.remote_id)
    error = {"error": {"message": "no such view"}}
    world.upstream.script("retrieve", status=400, json=error, times=5)
    world.until(job, lambda row: row.attention)
    assert "no such view" in job.attention and job.due_at is not None
    world.round()
    job.refresh_from_db()
    assert (job.status, job.attention) == (JobStatus.QUEUED, "")


def test_the_nearest_to_expire_is_fetched_first(
    world: World, make_job: Callable[..., VideoJob]
) -> None:
    now = timezone.now()
    for name, minutes in (("late", 60), ("soon", 1), ("middle", 30)):
        expires_at = now + timedelta(minutes=minutes)
        make_job(remote_id=name, expires_at=expires_at, due_at=now)
    world.mirror.threads = 1
    world.round(3)
    requested_ids = [
        request["target"].split("/")[3] for request in world.upstream.requests("content")
    ]
    assert requested_ids[0] == "soon"


def test_progress_never_runs_backwards_and_strange_words_mean_still_running(world: World) -> None:
    world.upstream.settings(statuses=["in_progress"] * 50)
    job = world.until(world.submit(), lambda row: row.status == JobStatus.IN_PROGRESS)
    seen = job.progress
    for word in ("queued", "moderating", ""):
        world.upstream.script("retrieve", "patch", fields={"status": word, "progress": 1})
        world.round()
        job.refresh_from_db()
        assert job.status == JobStatus.IN_PROGRESS and job.progress >= seen


def test_a_job_that_runs_for_a_day_asks_for_attention(world: World) -> None:
    world.upstream.settings(statuses=["in_progress"] * 50)
    job = world.until(world.submit(), lambda row: row.status == JobStatus.IN_PROGRESS)
    VideoJob.objects.update(created_at=timezone.now() - timedelta(hours=25))
    world.until(job, lambda row: row.attention)
    assert job.status == JobStatus.IN_PROGRESS


def test_a_job_the_provider_forgot_fails_after_three_looks_over_ten_minutes(world: World) -> None:
    world.upstream.settings(polls_queued=50)
    job = world.until(world.submit(), lambda row: row.remote_id)
    world.upstream.script("retrieve", status=404, json={"detail": "Not Found"}, times=None)
    world.round(4)
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED
    VideoJob.objects.update(missing_since=timezone.now() - timedelta(minutes=11))
    world.round()
    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.FAILED, "lost_at_provider")


def test_a_failed_generation_keeps_the_providers_words(world: World) -> None:
    world.upstream.settings(statuses=["failed"], error={"code": "moderation", "message": "No."})
    job = world.until(world.submit(), lambda row: row.is_finished)
    assert (job.status, job.error_code, job.error_message) == ("failed", "moderation", "No.")


def test_the_archive_holds_nothing_but_what_rows_know(world: World) -> None:
    job = world.archived(world.submit())
    asset_paths = {
        settings.ARCHIVE_DIR / path for path in job.assets.values_list("path", flat=True)
    }
    assert set(_files(job)) == asset_paths
