"""An archive that lost or spoilt a file says so, gets it back where it can, and forgets nothing."""

import hashlib
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.content import body
from tests.gallery_fixtures import client_of, html_of
from tests.world import World
from videos.archive import check, store
from videos.jobs.media import verify
from videos.jobs.media.integrity import record_damage
from videos.models import Asset, JobEvent, Kind, Member, VideoJob


def _verify(*options: str) -> tuple[str, bool]:
    """What the command says, and whether all is well."""
    out = StringIO()
    try:
        call_command("verify_media", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


def _file(job: VideoJob, kind: Kind = Kind.VIDEO) -> Path:
    return store.absolute(Asset.objects.get(job=job, kind=kind).path)


def _flip(path: Path) -> bytes:
    """Change one byte in the middle; returns what was there before."""
    before = path.read_bytes()
    middle = len(before) // 2
    path.write_bytes(before[:middle] + bytes([before[middle] ^ 1]) + before[middle + 1 :])
    return before


def _expire(job: VideoJob) -> None:
    VideoJob.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(minutes=1))


def _page(member: Member, job: VideoJob) -> str:
    return html_of(client_of(member).get(job.get_absolute_url()))


def _press(client: Client, job: VideoJob) -> int:
    return client.post(f"{job.get_absolute_url()}/resolve", {"choice": "fetch_again"}).status_code


@pytest.fixture
def clips(world: World) -> list[VideoJob]:
    """Two archived clips."""
    return [world.archived(world.submit(f"boat {number}")) for number in range(2)]


def test_where_all_is_well_it_says_so_and_changes_nothing(clips: list[VideoJob]) -> None:
    before = list(VideoJob.objects.order_by("pk").values())
    assert _verify() == ("All 8 files are intact.\n", True)
    assert list(VideoJob.objects.order_by("pk").values()) == before


def test_one_changed_byte_is_found_and_the_clip_fetched_again(
    world: World, clips: list[VideoJob]
) -> None:
    job, other = clips
    sound = _flip(_file(job))
    output, well = _verify()
    assert not well and "1 of 8" in output
    assert f"{job.public_id}: the file is damaged; fetch it again" in output
    assert other.public_id not in output
    page = _page(world.maker, job)
    assert "The file is damaged here." in page and "Fetch again" in page
    assert "At the provider only" in page and "Missing or damaged" in page
    # Nobody is asked whether it was bought: that list is for other troubles.
    assert "needs a decision" not in page
    assert _press(client_of(world.maker), job) == 303
    assert "Being downloaded again" in _page(world.maker, job)
    damaged = _file(job)
    world.archived(job)
    assert (job.attention, world.upstream.creates) == ("", 2)
    assert _file(job).read_bytes() == sound and not damaged.exists()
    # The video, both posters and the sprite.
    assert len(list(store.folder(job).iterdir())) == 4
    assert _verify()[1]
    whys = list(job.events.values_list("why", flat=True))
    assert whys[-3:] == [
        "The file is damaged here",
        "Download requested again",
        "Archived here again",
    ]


def test_a_deleted_file_is_found_quickly_and_fetched_again(
    world: World, clips: list[VideoJob]
) -> None:
    job, _ = clips
    _file(job).unlink()
    output, well = _verify("--quick")
    assert not well and "the file is missing; fetch it again" in output
    assert "The file is missing here." in _page(world.maker, job)
    assert _press(client_of(world.maker), job) == 303
    world.archived(job)
    assert _verify()[1]


def test_quick_reads_no_bytes(clips: list[VideoJob]) -> None:
    _flip(_file(clips[0]))
    assert _verify("--quick")[1] and not _verify()[1]


def test_the_old_bytes_stay_until_whole_ones_are_here(world: World, clips: list[VideoJob]) -> None:
    job, _ = clips
    _flip(_file(job))
    damaged = _file(job).read_bytes()
    _verify()
    world.upstream.script("content", "truncate", keep=1000)
    _press(client_of(world.maker), job)
    world.round()
    job.refresh_from_db()
    assert job.archived_at is None and _file(job).read_bytes() == damaged
    world.archived(job)
    assert _file(job).read_bytes() != damaged


def test_other_bytes_than_the_first_time_are_taken_and_the_history_says_so(
    world: World, clips: list[VideoJob]
) -> None:
    job, _ = clips
    data = _file(job).read_bytes()
    _file(job).unlink()
    _verify()
    # A box that players skip: the same clip in other bytes, as servers that re-mux send it.
    world.upstream.settings(clip=data + b"\x00\x00\x00\x10free" + b"otherwis")
    _press(client_of(world.maker), job)
    world.archived(job)
    assert "the file differs from the first copy" in job.events.last().why
    assert _verify()[1]


def test_what_the_provider_no_longer_has_is_lost_here_and_not_offered(
    world: World, clips: list[VideoJob]
) -> None:
    job, _ = clips
    _flip(_file(job))
    _expire(job)
    output, _ = _verify()
    assert "the provider no longer has it" in output
    page = _page(world.maker, job)
    assert "Fetch again" not in page and "the clip is lost" in page
    assert ">Reuse<" in page
    assert _press(client_of(world.maker), job) == 409
    answer = client_of(world.maker).get(f"{job.get_absolute_url()}/content")
    assert answer.status_code == 404 and "File missing" in body(answer).decode()


@pytest.mark.database
def test_only_who_may_change_a_clip_fetches_it_again(
    world: World, clips: list[VideoJob], team: Any
) -> None:
    job, _ = clips
    _file(job).unlink()
    _verify()
    assert "Fetch again" not in _page(team.teammate, job)
    assert _press(client_of(team.teammate), job) == 403
    assert _press(client_of(team.admin), job) == 303
    # A second press, or one on a sound clip, finds nothing to do.
    assert _press(client_of(team.admin), job) == 409
    assert _press(client_of(team.admin), clips[1]) == 409


def test_a_viewer_who_meets_a_missing_file_gets_the_providers_and_the_page_tells(
    world: World, clips: list[VideoJob]
) -> None:
    job, _ = clips
    sound = _file(job).read_bytes()
    _file(job).unlink()
    client = client_of(world.maker)
    answer = client.get(f"{job.get_absolute_url()}/content")
    assert (answer.status_code, body(answer) == sound) == (200, True)
    job.refresh_from_db()
    assert (job.archived_at, job.attention) == (None, "The file is missing here.")
    page = client.get(job.get_absolute_url()).content.decode()
    assert "The file is missing here." in page and "Fetch again" in page
    assert job.events.count() == len(set(job.events.values_list("why", flat=True)))


def test_a_viewer_of_a_lost_file_gets_file_missing(world: World, clips: list[VideoJob]) -> None:
    job, _ = clips
    _file(job).unlink()
    _expire(job)
    answer = client_of(world.maker).get(f"{job.get_absolute_url()}/content")
    assert answer.status_code == 404 and "File missing" in body(answer).decode()
    job.refresh_from_db()
    assert job.is_lost and job.attention == "The file is missing here."


@pytest.mark.parametrize("kind", [Kind.THUMBNAIL, Kind.SPRITESHEET])
@pytest.mark.parametrize("met_by", ["the command", "a viewer"])
def test_a_lost_picture_is_drawn_again_without_the_provider(
    world: World, clips: list[VideoJob], kind: Kind, met_by: str
) -> None:
    job, _ = clips
    archived_at = job.archived_at
    downloads_before = len(world.upstream.requests("content"))
    world.provider.enabled = False
    world.provider.save()
    _file(job, kind).unlink()
    if met_by == "the command":
        assert "the background worker draws it again" in _verify()[0]
    else:
        url = f"{job.get_absolute_url()}/content?variant={kind}"
        assert client_of(world.maker).get(url).status_code == 404
    world.round()
    assert _verify()[1]
    job.refresh_from_db()
    assert (job.archived_at, job.due_at) == (archived_at, None)
    assert len(world.upstream.requests("content")) == downloads_before


def test_a_picture_and_its_clip_lost_together_are_both_fetched_again(
    world: World, clips: list[VideoJob]
) -> None:
    job, _ = clips
    for path in store.folder(job).iterdir():
        path.unlink()
    _verify()
    _press(client_of(world.maker), job)
    world.archived(job)
    assert _verify()[1]


def test_a_file_put_back_from_a_backup_is_recognised(world: World, clips: list[VideoJob]) -> None:
    job, _ = clips
    path = _file(job)
    sound = _flip(path)
    _expire(job)
    assert not _verify()[1]
    path.write_bytes(sound)
    assert _verify()[1]
    job.refresh_from_db()
    assert job.archived_at is not None and job.attention == ""
    assert client_of(world.maker).get(f"{job.get_absolute_url()}/content").status_code == 200


def test_an_archive_whose_disk_is_away_marks_nothing(world: World, clips: list[VideoJob]) -> None:
    job, _ = clips
    away = settings.ARCHIVE_DIR.rename(settings.ARCHIVE_DIR.with_name("unmounted"))
    for empty in (False, True):
        if empty:
            settings.ARCHIVE_DIR.mkdir()
        output, well = _verify()
        assert not well and "mounted" in output
        client_of(world.maker).get(f"{job.get_absolute_url()}/content")
    assert VideoJob.objects.filter(archived_at=None).count() == 0
    settings.ARCHIVE_DIR.rmdir()
    away.rename(settings.ARCHIVE_DIR)
    assert _verify()[1]


def test_an_unreadable_file_is_reported_and_not_marked(
    clips: list[VideoJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: str, *args: Any, **how: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(check, "fault_of", refused)
    output, well = _verify()
    assert not well and output.count("can't be read: Permission denied") == 8
    assert VideoJob.objects.filter(archived_at=None).count() == 0


@pytest.mark.database
def test_hundreds_of_rows_cost_no_more_memory_than_a_page_of_them(
    make_job: Callable[..., VideoJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(archived_at=timezone.now())
    store.folder(job).mkdir(parents=True)
    big = store.folder(job) / "video-x.mp4"
    with big.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    sha256 = hashlib.sha256(bytes(64 * 1024 * 1024)).hexdigest()
    for number in range(300):
        other = make_job(archived_at=timezone.now()) if number else job
        Asset.objects.create(
            job=other,
            kind=Kind.VIDEO,
            path=str(big.relative_to(settings.ARCHIVE_DIR)),
            bytes=big.stat().st_size,
            sha256=sha256,
            width=1,
            height=1,
        )
    monkeypatch.setattr(verify, "PAGE", 50)
    seen: list[int] = []
    tracemalloc.start()
    assert list(verify.verify(quick=False, progress=seen.append)) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen == list(range(1, 301))
    assert peak < 4 * 1024 * 1024


@pytest.mark.database
def test_a_mark_that_comes_late_does_no_harm(world: World, clips: list[VideoJob]) -> None:
    job, _ = clips
    stale = Asset.objects.get(job=job, kind=Kind.VIDEO)
    _file(job).unlink()
    _verify()
    _press(client_of(world.maker), job)
    world.archived(job)
    assert not record_damage(job.pk, Kind.VIDEO, stale.path, check.Fault.MISSING)
    job.refresh_from_db()
    assert job.archived_at is not None
    assert JobEvent.objects.filter(why="The file is missing here").count() == 1
