"""What plays is archived under its own type, and what was paid for is never lost for its form."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from django.utils.html import escape

from tests.gallery_fixtures import client_of
from tests.media import animated_picture, make_video, of_unknown_codec
from tests.world import World
from videos.archive import store
from videos.gateway.serializers import video_of
from videos.jobs.media.download import KEEP_TRIES
from videos.jobs.media.integrity import fetch_again
from videos.models import Condition, JobStatus, Kind, VideoJob

WHOLE = make_video(flags="+faststart")
CUT_OFF = WHOLE[:-200]
UNKNOWN_FILE = b"\x07\x08\x09 no container that anybody knows" * 20


def send(world: World, data: bytes, kind: str = "video/mp4", times: int | None = None) -> None:
    world.upstream.script("content", body=data, headers={"Content-Type": kind}, times=times)


def completed(world: World) -> VideoJob:
    return world.until(world.submit(), lambda row: row.status == JobStatus.COMPLETED)


def browser(world: World) -> Browser:
    return client_of(world.maker)


def page(world: World, job: VideoJob) -> str:
    return browser(world).get(job.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("kind", "codec", "media_type", "ending"),
    [
        ("webm", "libvpx-vp9", "video/webm", ".webm"),
        ("mov", "libx264", "video/quicktime", ".mov"),
        ("matroska", "libx264", "video/x-matroska", ".mkv"),
        ("avi", "mpeg4", "video/x-msvideo", ".avi"),
        ("gif", "gif", "image/gif", ".gif"),
    ],
)
def test_a_clip_that_is_no_mp4_is_archived_under_its_own_type(
    world: World, kind: str, codec: str, media_type: str, ending: str
) -> None:
    data = make_video(kind, codec)
    send(world, data, "text/plain")
    job = world.archived(world.submit())
    asset = world.asset(job)
    assert (asset.condition, asset.path.endswith(ending), job.attention) == ("", True, "")
    assert job.assets.count() == 4
    for address in ("", "?download=1"):
        answer = browser(world).get(f"{job.get_absolute_url()}/content{address}")
        assert b"".join(answer.streaming_content) == data
        assert answer["Content-Type"] == media_type
        assert f'{ending}"' in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
    piece = browser(world).get(f"{job.get_absolute_url()}/content", headers={"range": "bytes=5-9"})
    assert (piece.status_code, piece["Content-Type"]) == (206, media_type)
    assert b"".join(piece.streaming_content) == data[5:10]


def test_what_came_is_measured_stored_and_shown(world: World) -> None:
    aspect, size = Fraction(32, 27), (720, 480)
    send(world, make_video(size=size, seconds=6.2, aspect=aspect, turned=90, sound="aac"))
    job = world.archived(world.submit())
    asset = world.asset(job)
    assert (asset.width, asset.height, asset.rotation) == (480, 853, 90)
    assert (asset.frames, asset.frame_rate, asset.codec) == (62, 10.0, "h264")
    assert asset.seconds == pytest.approx(6.2)
    assert asset.pixel_aspect == pytest.approx(32 / 27, abs=1e-4)
    assert asset.has_audio is True
    assert "Requested 1280×720 for 4 s, got 480×853 for 6.2 s" in page(world, job)
    assert '<span class="card-length">6.2 s</span>' in browser(world).get("/").content.decode()
    video = video_of(VideoJob.objects.select_related("source").get(pk=job.pk))
    assert (video.size, video.seconds) == ("480x853", "6")


def test_what_came_as_asked_for_is_not_called_different(world: World) -> None:
    send(world, make_video(size=(1280, 720), seconds=4.2, rate=10))
    job = world.archived(world.submit())
    assert "Requested 1280" not in page(world, job)
    video = video_of(VideoJob.objects.select_related("source").get(pk=job.pk))
    assert (video.size, video.seconds) == ("1280x720", "4")


def test_a_clip_that_cannot_be_checked_is_kept_at_once_and_says_so(world: World) -> None:
    data = of_unknown_codec()
    send(world, data)
    job = world.archived(world.submit())
    asset = world.asset(job)
    assert (asset.condition, asset.container) == (Condition.UNCHECKED, "mp4")
    assert job.attention.startswith("Kept as received; it may not play here.")
    assert job.due_at is None and not job.assets.exclude(kind=Kind.VIDEO).exists()
    assert escape(job.attention) in page(world, job)
    answer = browser(world).get(f"{job.get_absolute_url()}/content?download=1")
    assert b"".join(answer.streaming_content) == data
    assert len(world.upstream.requests("content")) == 1


@pytest.mark.parametrize("kind", ["webp", "avif"])
def test_an_animated_picture_in_place_of_a_video_is_kept_and_says_so(
    world: World, kind: str
) -> None:
    data = animated_picture(kind)
    send(world, data, f"image/{kind}")
    job = world.archived(world.submit())
    asset = world.asset(job)
    assert (asset.condition, asset.container) == (Condition.UNCHECKED, kind)
    assert job.attention.startswith("Kept as received; it may not play here.")
    assert "animated picture" in page(world, job)
    answer = browser(world).get(f"{job.get_absolute_url()}/content?download=1")
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Type"] == f"image/{kind}"
    assert f'.{kind}"' in answer["Content-Disposition"]


@pytest.mark.parametrize("kind", ["webp", "avif"])
def test_a_still_picture_in_place_of_a_video_is_not_kept(world: World, kind: str) -> None:
    send(world, animated_picture(kind, frames=1), f"image/{kind}")
    job = completed(world)
    world.round(KEEP_TRIES + 2)
    job.refresh_from_db()
    assert job.archived_at is None and "picture" in job.attention


def test_a_clip_that_comes_cut_off_is_asked_for_again(world: World) -> None:
    send(world, CUT_OFF, times=2)
    send(world, WHOLE)
    job = world.archived(completed(world))
    assert world.asset(job).condition == Condition.WHOLE and job.attention == ""
    assert [path.name for path in store.folder(job).iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("data", "condition", "container"),
    [
        (CUT_OFF, Condition.INCOMPLETE, "mp4"),
        (make_video("webm", "libvpx-vp9")[:-300], Condition.INCOMPLETE, "webm"),
        (UNKNOWN_FILE, Condition.UNCHECKED, "bin"),
    ],
    ids=["mp4", "webm", "unknown"],
)
def test_a_clip_that_never_comes_whole_is_kept_in_the_end(
    world: World, data: bytes, condition: Condition, container: str
) -> None:
    send(world, data, "application/octet-stream")
    job = completed(world)
    world.until(job, lambda row: row.attention)
    assert job.archived_at is None
    world.archived(job)
    assert len(world.upstream.requests("content")) == KEEP_TRIES
    asset = world.asset(job)
    assert (asset.condition, asset.container) == (condition, container)
    assert store.absolute(asset.path).read_bytes() == data
    assert not job.is_lost and "Kept as received" in job.attention


@pytest.mark.parametrize("fault", [{}, {"do": "truncate", "keep": 2000}])
def test_what_came_is_kept_when_the_provider_no_longer_has_it(
    world: World, fault: dict[str, Any]
) -> None:
    world.upstream.settings(clip=CUT_OFF, expires_in=3600, gone_when_expired=410)
    if fault:
        world.upstream.script("content", **fault)
    job = completed(world)
    world.round()
    VideoJob.objects.update(expires_at=timezone.now())
    world.upstream.script("content", status=410, json={"detail": "gone"}, times=None)
    world.archived(job)
    assert world.asset(job).condition == Condition.INCOMPLETE
    assert not job.is_lost and job.due_at is None


def test_words_in_place_of_a_clip_are_never_kept(world: World) -> None:
    send(world, b"<html>Sign in</html>")
    job = completed(world)
    world.round(KEEP_TRIES + 2)
    job.refresh_from_db()
    assert job.archived_at is None and "isn't a video: it is text" in job.attention
    VideoJob.objects.update(expires_at=timezone.now())
    world.upstream.script("content", status=410, json={"detail": "gone"}, times=None)
    world.until(job, lambda row: row.is_lost)


def test_a_clip_in_doubt_is_replaced_when_the_whole_one_can_be_had(world: World) -> None:
    send(world, of_unknown_codec())
    job = world.archived(world.submit())
    world.upstream.calm()
    send(world, WHOLE)
    assert "Fetch again" in page(world, job)
    assert fetch_again(world.maker, job)
    world.until(job, lambda row: row.due_at is None)
    assert world.asset(job).condition == Condition.WHOLE and job.attention == ""
    assert store.absolute(world.asset(job).path).read_bytes() == WHOLE
    assert "Fetch again" not in page(world, job)


@pytest.mark.parametrize("status", [404, 410, 400])
def test_a_clip_in_doubt_stays_when_nothing_better_can_be_had(world: World, status: int) -> None:
    data = of_unknown_codec()
    send(world, data)
    job = world.archived(world.submit())
    world.upstream.calm()
    world.upstream.script("content", status=status, json={"detail": "gone"}, times=None)
    assert fetch_again(world.maker, job)
    world.round()
    VideoJob.objects.update(missing_since=timezone.now() - timedelta(minutes=11))
    world.until(job, lambda row: row.due_at is None)
    assert store.absolute(world.asset(job).path).read_bytes() == data
    assert job.archived_at is not None and not job.is_lost
