"""Clips that were archived before clips were measured are measured by the mirror, bit by bit."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from tests.content import archive
from tests.media import make_video
from tests.world import World
from videos.archive import store
from videos.jobs.media.older_clips import AT_ONCE, measure_older_clips
from videos.mirror import worker
from videos.mirror.lanes import FETCH, lanes
from videos.models import Asset, Condition, JobStatus, Kind, VideoJob

UNMEASURED: dict[str, Any] = {"container": "", "codec": "", "seconds": None, "frames": None}
UNMEASURED |= {"frame_rate": None, "rotation": 0, "has_audio": None, "width": 64, "height": 96}


def _forget_measures(job: VideoJob) -> None:
    Asset.objects.filter(job=job, kind=Kind.VIDEO).update(**UNMEASURED)


def test_an_older_clip_is_measured(world: World) -> None:
    world.upstream.script("content", body=make_video(turned=90, seconds=3), times=None)
    job = world.archived(world.submit())
    before = world.asset(job)
    _forget_measures(job)
    assert measure_older_clips() == 1
    job = world.until(job, lambda row: row.due_at is None)
    after = world.asset(job)
    assert (after.width, after.height, after.rotation) == (64, 96, 90)
    assert (after.seconds, after.frames, after.frame_rate) == (3, 30, 10)
    assert (after.path, after.sha256) == (before.path, before.sha256)
    assert job.assets.count() == 4
    assert job.events.last().why == "Measured"
    assert len(world.upstream.requests("content")) == 1, "nothing is fetched again"
    assert measure_older_clips() == 0


@pytest.mark.parametrize(
    "data",
    [b"text in place of a clip", make_video(flags="+faststart")[:-200]],
    ids=["text", "cut off"],
)
def test_an_older_clip_that_cannot_be_measured_stays_and_is_tried_once(
    world: World, make_job: Callable[..., VideoJob], data: bytes
) -> None:
    job = make_job(archived_at=timezone.now())
    archive(job, data, Path(settings.ARCHIVE_DIR))
    store.folder(job).mkdir(parents=True)
    _forget_measures(job)
    assert measure_older_clips() == 1
    job = world.until(job, lambda row: row.due_at is None)
    asset = world.asset(job)
    assert asset.condition != Condition.WHOLE and asset.sha256 == hashlib.sha256(data).hexdigest()
    assert job.archived_at is not None and job.attention.startswith("Kept as received")
    assert measure_older_clips() == 0


def test_a_few_at_a_time_and_only_those_that_are_there(
    db: None, make_job: Callable[..., VideoJob]
) -> None:
    def older(**fields: Any) -> VideoJob:
        job = make_job(**{"archived_at": timezone.now()} | fields)
        archive(job, b"x", Path(settings.ARCHIVE_DIR))
        _forget_measures(job)
        VideoJob.objects.filter(pk=job.pk).update(**fields)
        return job

    many = [older() for _ in range(AT_ONCE + 2)]
    trashed = {
        "trashed_by": many[0].maker,
        "trashed_at": timezone.now(),
        "purge_at": timezone.now() + timedelta(days=1),
    }
    others = [
        older(attention="The archive can't be written."),
        older(archived_at=None, expires_at=timezone.now()),
        older(**trashed),
    ]
    assert (measure_older_clips(), measure_older_clips(), measure_older_clips()) == (AT_ONCE, 2, 0)
    due = set(VideoJob.objects.exclude(due_at=None).values_list("pk", flat=True))
    assert due == {job.pk for job in many} and not due & {job.pk for job in others}


def test_an_archive_that_is_away_measures_nothing(
    db: None, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job(archived_at=timezone.now())
    Asset.objects.create(
        job=job, kind=Kind.VIDEO, path="a/video.mp4", bytes=9, sha256="a" * 64, **UNMEASURED
    )
    assert measure_older_clips() == 0


def test_clips_that_are_not_here_yet_come_first(
    db: None, make_job: Callable[..., VideoJob]
) -> None:
    now = timezone.now()
    older = make_job(archived_at=now, due_at=now, expires_at=now - timedelta(days=30))
    urgent = make_job(due_at=now, expires_at=now + timedelta(hours=1))
    assert urgent.status == JobStatus.COMPLETED
    downloads = next(lane for lane in lanes(lambda job: None) if lane.name == FETCH)
    assert list(downloads.due(timezone.now())) == [urgent, older]


def test_the_mirror_looks_often_while_there_are_some(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = [3, 0]
    monkeypatch.setattr(worker, "measure_older_clips", lambda: counts.pop(0))
    world.round()
    assert len(counts) == 2, "not at the start"
    for wait in (worker.MEASURE_EVERY, worker.MEASURE_RARELY):
        world.mirror.next_measuring = before = 0.0
        world.round()
        assert world.mirror.next_measuring >= before + wait
    assert counts == []
