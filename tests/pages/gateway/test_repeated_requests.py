"""An Idempotency-Key buys once, also after the clip went to the trash or was purged."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import picture
from tests.gateway_fixtures import CREATE, Caller, api, caller
from videos.jobs.deletion.trash import purge, trash
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit_all
from videos.models import CatalogueModel, UsedKey, VideoJob

__all__ = ["api"]
KEY = {"Idempotency-Key": "once"}


def purged(job: VideoJob) -> None:
    """Take the job through the trash to its end, as the mirror does."""
    trash(job.maker, VideoJob.objects.filter(pk=job.pk))
    past = timezone.now() - timedelta(minutes=1)
    VideoJob.objects.filter(pk=job.pk).update(purge_at=past, lease_token=job.lease_token)
    purge(VideoJob.objects.get(pk=job.pk))
    assert not VideoJob.objects.filter(pk=job.pk).exists()


def test_a_repeated_request_is_marked(api: Caller, catalogue_model: CatalogueModel) -> None:
    first = api.send("/v1/videos", CREATE, **KEY)
    again = api.send("/v1/videos", CREATE, **KEY)
    assert "Idempotent-Replayed" not in first and again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in api.send("/v1/videos", CREATE)


def test_in_the_trash_the_answer_says_so_and_nothing_is_made(
    api: Caller, catalogue_model: CatalogueModel
) -> None:
    first = api.send("/v1/videos", CREATE, **KEY).json()
    api.delete(f"/v1/videos/{first['id']}")
    again = api.send("/v1/videos", CREATE, **KEY)
    body = again.json()
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert (body["id"], body["status"]) == (first["id"], "failed")
    assert body["error"]["code"] == "video_deleted" and "restored" in body["error"]["message"]
    assert VideoJob.objects.count() == 1


@pytest.mark.parametrize("with_picture", [False, True])
def test_after_a_purge_nothing_is_made_again(
    api: Caller, catalogue_model: CatalogueModel, with_picture: bool
) -> None:
    def send(**more: Any) -> Any:
        image = {"input_reference": SimpleUploadedFile("upload", picture((64, 64)))}
        fields = CREATE | (image if with_picture else {}) | more
        return api.post("/v1/videos", fields, headers=KEY)

    first = send().json()
    purged(VideoJob.objects.get())
    again = send()
    body = again.json()
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert {**body, "status": "", "error": None} == {**first, "status": "", "error": None}
    assert (body["status"], body["error"]["code"]) == ("failed", "video_deleted")
    assert not VideoJob.objects.exists()
    # Another request under the key is still a conflict.
    assert send(prompt="other").status_code == 409
    # Nothing of the prompt is kept.
    assert CREATE["prompt"] not in str(UsedKey.objects.values())


def test_other_keys_and_other_members_are_free(
    api: Caller, catalogue_model: CatalogueModel, team: SimpleNamespace
) -> None:
    api.send("/v1/videos", CREATE, **KEY)
    purged(VideoJob.objects.get())
    for script, headers in ((caller(team.admin), KEY), (api, {"Idempotency-Key": "twice"})):
        answer = script.send("/v1/videos", CREATE, **headers)
        assert answer.json()["status"] == "queued" and "Idempotent-Replayed" not in answer
    assert VideoJob.objects.count() == 2


def test_a_request_without_a_key_leaves_none_behind(
    api: Caller, catalogue_model: CatalogueModel
) -> None:
    api.send("/v1/videos", CREATE)
    purged(VideoJob.objects.get())
    assert not UsedKey.objects.exists()


def test_a_form_that_is_sent_again_after_a_purge_makes_nothing(
    client: Client, team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    client.force_login(team.owner)
    client.post("/videos", CREATE | {"key": "k1"})
    purged(VideoJob.objects.get())
    answer = client.post("/videos", CREATE | {"key": "k1"})
    assert "Nothing new was generated" in answer.content.decode()
    assert not VideoJob.objects.exists()


def test_of_several_takes_those_that_are_left_are_the_answer(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    submission = Submission(
        prompt="a", model="sketch-1", size="1280x720", seconds="4", key="k", takes=3
    )
    jobs = submit_all(team.owner, [submission])
    purged(jobs[0])
    assert [job.pk for job in submit_all(team.owner, [submission])] == [jobs[1].pk, jobs[2].pk]


def test_a_repeated_remix_is_marked_too(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    path = f"/v1/videos/{make_job().public_id}/remix"
    first, again = (api.send(path, {"prompt": "at night"}, **KEY) for _ in range(2))
    assert first.json() == again.json() and again["Idempotent-Replayed"] == "true"
