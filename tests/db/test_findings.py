"""A clip is checked when it arrives, and what was found stays until somebody dismisses it."""

from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.media import make_video
from tests.world import World
from videos.models import Finding, FindingKind, VideoJob
from videos.review.findings import bring_back, dismiss

MakeJob = Callable[..., VideoJob]


def dark(seconds: float = 2) -> bytes:
    """A black clip of 96 × 64."""
    out = BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream: Any = file.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for _ in range(int(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 96, 3), np.uint8), format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return out.getvalue()


def findings_of(world: World, clip: bytes, **fields: Any) -> dict[str, Finding]:
    world.upstream.script("content", body=clip, times=None)
    job = world.submit()
    VideoJob.objects.filter(pk=job.pk).update(**{"size": "96x64", "seconds": "2"} | fields)
    world.archived(job)
    return {row.kind: row for row in Finding.objects.filter(job=job)}


def test_a_clip_as_it_was_requested_has_no_findings(world: World) -> None:
    assert findings_of(world, make_video(seconds=2)) == {}


def test_a_black_clip_is_found_with_its_moment(world: World) -> None:
    finding = findings_of(world, dark())[FindingKind.BLACK]
    assert (finding.at_seconds, finding.evidence) == (0, {"seconds": 2})


def test_a_size_and_length_other_than_requested_are_found(world: World) -> None:
    rows = findings_of(world, make_video(seconds=3), size="1280x720", seconds="8")
    assert rows[FindingKind.SIZE].evidence == {"requested": "1280x720", "got": "96x64"}
    assert rows[FindingKind.LENGTH].evidence == {"requested": "8", "got": 3}


@pytest.mark.parametrize("clip", [make_video(), make_video(sound="aac")])
@pytest.mark.parametrize(
    "extra", [{"generate_audio": True}, {"generate_sound": True}, {"audio": True}]
)
def test_silence_is_found_where_sound_was_requested(
    world: World, clip: bytes, extra: dict[str, Any]
) -> None:
    assert set(findings_of(world, clip, extra=extra)) == {FindingKind.SILENT}


@pytest.mark.parametrize("extra", [{}, {"generate_audio": False}, {"generate_audio": "no"}])
def test_silence_is_fine_where_no_sound_was_requested(world: World, extra: dict[str, Any]) -> None:
    assert findings_of(world, make_video(sound="aac"), extra=extra) == {}


def test_a_dismissed_finding_stays_dismissed_when_the_clip_is_looked_at_again(
    world: World, team: SimpleNamespace
) -> None:
    findings_of(world, dark(), size="1280x720")
    job = VideoJob.objects.get()
    assert dismiss(team.owner, VideoJob.objects.all(), FindingKind.BLACK)
    VideoJob.objects.update(due_at=timezone.now(), size="96x64")
    job.assets.exclude(kind="video").delete()
    world.until(job, lambda row: row.due_at is None)
    row = Finding.objects.get()
    assert (row.kind, row.dismissed_by) == (FindingKind.BLACK, team.owner)
    assert not VideoJob.objects.all().with_findings().exists()


def test_members_dismiss_and_viewers_do_not(team: SimpleNamespace, make_job: MakeJob) -> None:
    job = make_job()
    Finding.objects.create(job=job, kind=FindingKind.FROZEN)
    rows = VideoJob.objects.filter(pk=job.pk)
    assert not dismiss(team.viewer, rows, FindingKind.FROZEN) and rows.with_findings().exists()
    assert not dismiss(team.teammate, rows, FindingKind.BLACK)
    assert dismiss(team.teammate, rows, FindingKind.FROZEN)
    assert not dismiss(team.teammate, rows, FindingKind.FROZEN)
    assert not rows.with_findings().exists()
    assert not bring_back(team.viewer, rows, FindingKind.FROZEN)
    assert bring_back(team.owner, rows, FindingKind.FROZEN) and rows.with_findings().exists()
    job.refresh_from_db()
    assert job.version == 3


@pytest.mark.parametrize(
    "broken",
    [{"kind": "odd"}, {"dismissed_at": timezone.now()}, {"at_seconds": -1.0}],
)
def test_the_database_refuses_a_finding_that_cannot_be(
    make_job: MakeJob, broken: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(**{"job": make_job(), "kind": FindingKind.BLACK} | broken)
    job = make_job()
    Finding.objects.create(job=job, kind=FindingKind.BLACK)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(job=job, kind=FindingKind.BLACK)
