"""A job ends when its provider says so in any words, and never because of a guess."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of
from tests.world import World
from videos.jobs.sanitize import MAX_RAW, bounded
from videos.models import JobStatus, VideoJob


def says(world: World, **fields: Any) -> None:
    """The provider describes every job with these fields from now on."""
    world.upstream.script("retrieve", "patch", fields=fields, times=None)


def running(world: World) -> VideoJob:
    job = world.submit()
    return world.until(job, lambda row: row.remote_id)


def finish_at_provider(world: World) -> None:
    world.upstream.settings(statuses=["completed"])


@pytest.mark.parametrize("word", ["succeed", "SUCCEEDED", "Success", "JOB_STATE_SUCCEEDED"])
def test_a_finished_clip_is_archived_under_any_word(world: World, word: str) -> None:
    job = running(world)
    finish_at_provider(world)
    says(world, status=word)
    assert world.archived(job).status == JobStatus.COMPLETED


@pytest.mark.parametrize("word", ["Fail", "timeout", "rejected", "content filtered", "nsfw"])
def test_a_failed_job_ends_with_its_reason_under_any_word(world: World, word: str) -> None:
    job = running(world)
    says(world, status=word, fail_reason="NSFW content was detected")
    world.until(job, lambda row: row.is_finished)
    assert (job.status, job.error_message) == ("failed", "NSFW content was detected")


@pytest.mark.parametrize(
    "beside", [{"progress": 100}, {"completed_at": 1_790_000_000}, {"url": "/clip.mp4"}]
)
def test_content_proves_that_an_unknown_word_means_finished(world: World, beside: Any) -> None:
    job = running(world)
    finish_at_provider(world)
    says(world, status="wrapped_up", **beside)
    assert world.archived(job).remote_status == "wrapped_up"
    assert job.attention == ""


def test_without_content_an_unknown_word_stays_running_and_soon_asks_a_person(world: World) -> None:
    job = running(world)
    world.upstream.settings(statuses=["in_progress"])
    says(world, status="wrapped_up", progress=100)
    world.round(5)
    job.refresh_from_db()
    assert (job.is_finished, job.attention, job.progress) == (False, "", 100)
    VideoJob.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    world.round(2)
    job.refresh_from_db()
    assert not job.is_finished
    assert "“wrapped_up”" in job.attention
    # As soon as the clip can be had, it is.
    finish_at_provider(world)
    assert world.archived(job).attention == ""


def test_an_unknown_word_with_an_error_asks_a_person_soon(world: World) -> None:
    job = running(world)
    says(world, status="retrying", error={"message": "worker lost"})
    VideoJob.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    world.round(2)
    job.refresh_from_db()
    assert not job.is_finished
    assert "worker lost" in job.attention


def test_an_unknown_word_with_an_end_and_an_error_ends_the_job(world: World) -> None:
    job = running(world)
    says(world, status="gave_up", completed_at=1_790_000_000, error={"message": "worker lost"})
    world.until(job, lambda row: row.is_finished)
    assert (job.status, job.error_message) == ("failed", "worker lost")


def test_in_a_list_too_only_the_content_proves_an_unknown_word(world: World) -> None:
    rows = [running(world) for _ in range(3)]
    finish_at_provider(world)
    world.upstream.script("list", "patch", fields={"data": []}, times=None)
    says(world, status="wrapped_up", progress=100)
    page = [
        {"id": row.remote_id, "status": "wrapped_up", "progress": 100, "prompt": row.prompt}
        for row in rows
    ]
    world.upstream.script("list", "answer", json={"data": page, "has_more": False}, times=None)
    for row in rows:
        assert world.archived(row).status == JobStatus.COMPLETED


def test_a_failure_ends_what_was_said_about_a_job_that_took_long(world: World) -> None:
    job = running(world)
    VideoJob.objects.update(attention="It is still unfinished after 24 hours.")
    says(world, status="failed")
    world.until(job, lambda row: row.is_finished)
    assert job.attention == ""


def test_a_job_that_its_provider_lost_says_so_at_once_on_its_page(world: World) -> None:
    job = running(world)
    client, message = client_of(world.maker), "no longer knows this clip"

    def page() -> str:
        return client.get(job.get_absolute_url()).content.decode()

    before = page()
    assert message not in before
    address = re.findall(r'hx-get="([^"]*/status\?[^"]*)"', before)[0].replace("&amp;", "&")
    world.upstream.script("retrieve", status=404, json={"detail": "unknown id"}, times=1)
    world.round()
    assert message in page()
    assert message in client.get(address, headers=HTMX).content.decode()
    # It was not lost after all.
    address = re.findall(r'hx-get="([^"]*/status\?[^"]*)"', page())[0].replace("&amp;", "&")
    world.round()
    answer = client.get(address, headers=HTMX)
    assert answer.status_code == 200 and message not in answer.content.decode()


def test_what_is_kept_of_an_object_is_bounded_and_clean() -> None:
    raw = {"a\x00": ["\u202ename", r"\u0000 as text", {"b": "x\x00y"}], "n": 1.5, "z": None}
    assert bounded(raw) == {"a": ["name", r"\u0000 as text", {"b": "xy"}], "n": 1.5, "z": None}
    large = bounded({"reason": "it is too dark", "log": "x" * MAX_RAW})
    assert "it is too dark" in large["beginning"]
    assert len(large["beginning"]) < MAX_RAW
