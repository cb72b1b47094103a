"""`completed` means that video, thumbnail and spritesheet can be had: clients ask at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.gateway_fixtures import Caller, api
from videos.models import Asset, VideoJob

__all__ = ["api"]


def status_of(api: Caller, job: VideoJob) -> dict[str, Any]:
    body: dict[str, Any] = api.get(f"/v1/videos/{job.public_id}").json()
    # The list says the same as the single answer.
    assert api.get("/v1/videos").json()["data"] == [body]
    return body


def test_a_clip_that_is_still_to_be_archived_is_in_progress(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job(due_at=timezone.now())
    body = status_of(api, job)
    assert (body["status"], body["progress"], body["completed_at"]) == ("in_progress", 99, None)
    assert (body["error"], body["expires_at"]) == (None, None)
    assert api.get(f"/v1/videos/{job.public_id}")["openai-poll-after-ms"]
    VideoJob.objects.update(archived_at=timezone.now(), due_at=None)
    body = status_of(api, job)
    assert (body["status"], body["progress"]) == ("completed", 100) and body["completed_at"]
    assert "openai-poll-after-ms" not in api.get(f"/v1/videos/{job.public_id}")


@pytest.mark.parametrize(
    "state",
    [
        pytest.param({"due_at": timezone.now(), "attention": "The disk is full."}, id="message"),
        pytest.param({"due_at": None, "attention": "Not video."}, id="given up"),
    ],
)
def test_where_archiving_fails_the_providers_copy_counts(
    api: Caller, make_job: Callable[..., VideoJob], state: dict[str, Any]
) -> None:
    assert status_of(api, make_job(**state))["status"] == "completed"


def test_a_clip_that_expired_before_it_was_archived_is_a_failure(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job(due_at=timezone.now(), expires_at=timezone.now() - timedelta(minutes=1))
    body = status_of(api, job)
    assert (body["status"], body["error"]["code"]) == ("failed", "video_expired")


def test_a_damaged_clip_stays_completed_while_it_is_fetched_again(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job(due_at=timezone.now())
    Asset.objects.create(
        job=job, kind="video", path="a/b.mp4", bytes=1, sha256="0" * 64, width=0, height=0
    )
    assert status_of(api, job)["status"] == "completed"
