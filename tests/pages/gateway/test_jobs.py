"""Scripts make, find and delete the very clips that people see."""

import json
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
from videos.archive.uploads import references
from videos.models import CatalogueModel, JobEvent, Provider, VideoJob
from videos.wire import decode

__all__ = ["api"]
FIELDS = {
    "id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at",
    "prompt", "size", "seconds", "remixed_from_video_id", "error",
}  # fmt: skip


def test_a_job_is_made_and_stands_in_the_gallery_at_once(
    api: Caller, catalogue_model: CatalogueModel, client: Client, team: SimpleNamespace
) -> None:
    answer = api.send("/v1/videos", CREATE)
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == FIELDS
    assert body | {"id": "", "created_at": 0} == CREATE | {
        "id": "", "object": "video", "status": "queued", "progress": 0, "created_at": 0,
        "completed_at": None, "expires_at": None, "remixed_from_video_id": None, "error": None,
    }  # fmt: skip
    assert answer["openai-poll-after-ms"] == "1000"
    client.force_login(team.viewer)
    assert "a fox in snow" in client.get("/").content.decode()
    assert "by the token “test”" in JobEvent.objects.get().why


@pytest.mark.parametrize("kind", ["multipart", "json", "form"])
def test_every_kind_of_body_makes_the_same_job(
    api: Caller, catalogue_model: CatalogueModel, kind: str
) -> None:
    if kind == "json":
        answer = api.send("/v1/videos", CREATE)
    elif kind == "form":
        answer = api.post(
            "/v1/videos", "prompt=a+fox+in+snow&size=1280x720", "application/x-www-form-urlencoded"
        )
    else:
        answer = api.post("/v1/videos", CREATE)
    assert answer.status_code == 200
    job = VideoJob.objects.get()
    assert (job.prompt, job.size, job.seconds, job.model) == tuple(
        CREATE[name] for name in ("prompt", "size", "seconds", "model")
    )


def test_what_is_not_said_has_the_apis_defaults(
    api: Caller, catalogue_model: CatalogueModel
) -> None:
    body = api.send("/v1/videos", {"prompt": "a fox", "model": "sora-2"}).json()
    assert (body["model"], body["size"], body["seconds"]) == ("sketch-1", "720x1280", "4")


def test_a_model_named_like_the_apis_default_is_that_model(
    api: Caller, catalogue_model: CatalogueModel
) -> None:
    CatalogueModel.objects.create(
        provider=catalogue_model.provider, slug="sora-2", model="sora-2", label="Sora",
        sizes=["1280x720"], seconds=["8"],
    )  # fmt: skip
    body = api.send("/v1/videos", {"prompt": "a fox", "model": "sora-2"}).json()
    assert (body["model"], body["size"], body["seconds"]) == ("sora-2", "1280x720", "8")


@pytest.mark.parametrize("kind", ["file", "json", "flattened"])
def test_a_reference_is_cropped_and_cleaned_as_in_the_browser(
    api: Caller, catalogue_model: CatalogueModel, kind: str
) -> None:
    import base64

    data = picture((900, 900), "JPEG")
    url = "data:image/jpeg;base64," + base64.b64encode(data).decode()
    if kind == "file":
        fields = CREATE | {"input_reference": SimpleUploadedFile("upload", data)}
        answer = api.post("/v1/videos", fields)
    elif kind == "json":
        answer = api.send("/v1/videos", CREATE | {"input_reference": {"image_url": url}})
    else:
        answer = api.post("/v1/videos", CREATE | {"input_reference[image_url]": url})
    assert answer.status_code == 200, answer.content
    reference = references.read(VideoJob.objects.get().reference)
    assert reference[:4] == b"\x89PNG" and reference[16:24] == bytes.fromhex("00000500000002d0")


@pytest.mark.parametrize(
    "reference",
    [
        {"image_url": "https://example.com/a.png"},
        {"image_url": "http://127.0.0.1:8000/"},
        {"image_url": "data:image/svg+xml;base64,PHN2Zy8+"},
        {"image_url": "data:image/png;base64,@@@"},
        {"image_url": "data:image/png;base64,AAAA"},
        {"image_url": 7},
        {"file_id": "file_1"},
        "just text",
        ["list"],
    ],
)
def test_no_other_reference_is_fetched_or_taken(
    api: Caller, catalogue_model: CatalogueModel, reference: object
) -> None:
    answer = api.send("/v1/videos", CREATE | {"input_reference": reference})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "input_reference"
    assert not VideoJob.objects.exists()


STATUSES = {
    "submitting": "queued", "unsure": "queued", "queued": "queued", "in_progress": "in_progress",
    "completed": "completed", "failed": "failed", "cancelled": "failed",
}  # fmt: skip


@pytest.mark.parametrize("ours", STATUSES)
def test_only_the_four_statuses_are_returned(
    api: Caller, make_job: Callable[..., VideoJob], ours: str
) -> None:
    job = make_job(status=ours)
    answer = api.get(f"/v1/videos/{job.public_id}")
    body = answer.json()
    assert body["status"] == STATUSES[ours]
    assert ("openai-poll-after-ms" in answer) == (body["status"] in ("queued", "in_progress"))
    assert (body["error"] is not None) == (body["status"] == "failed")
    assert (body["completed_at"] is not None) == (body["status"] == "completed")
    if body["error"]:
        assert all(isinstance(body["error"][name], str) for name in ("code", "message"))


def test_what_is_archived_does_not_expire(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    job = make_job()
    assert api.get(f"/v1/videos/{job.public_id}").json()["expires_at"] > 0
    VideoJob.objects.update(archived_at=timezone.now())
    assert api.get(f"/v1/videos/{job.public_id}").json()["expires_at"] is None


def test_pages_meet_without_gap_or_repetition(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    ids = [make_job().public_id for _ in range(7)]
    for order, expected in (("asc", ids), ("desc", ids[::-1])):
        seen: list[str] = []
        while True:
            after = f"&after={seen[-1]}" if seen else ""
            page = api.get(f"/v1/videos?limit=3&order={order}{after}").json()
            assert page["object"] == "list"
            assert page["first_id"] == page["data"][0]["id"]
            seen += [video["id"] for video in page["data"]]
            assert page["last_id"] == seen[-1]
            if not page["has_more"]:
                break
        assert seen == expected


def test_a_page_of_none_is_empty(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    make_job()
    page = api.get("/v1/videos?limit=0").json()
    assert (page["data"], page["first_id"], page["has_more"]) == ([], None, True)


def test_paging_goes_on_where_the_cursor_was_deleted(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    old, middle, new = (make_job().public_id for _ in range(3))
    api.delete(f"/v1/videos/{middle}")
    page = api.get(f"/v1/videos?after={middle}").json()
    assert [video["id"] for video in page["data"]] == [old]
    assert new != old


def test_a_list_costs_the_same_whatever_its_length(
    api: Caller, make_job: Callable[..., VideoJob], django_assert_num_queries: Any
) -> None:
    source = make_job()
    api.get("/v1/videos")  # The token's use is written once a minute.
    with django_assert_num_queries(3):
        api.get("/v1/videos")
    for _ in range(12):
        make_job(source=source)
    with django_assert_num_queries(3):
        page = api.get("/v1/videos?limit=100").json()
    assert page["data"][0]["remixed_from_video_id"] == source.public_id
    with django_assert_num_queries(4):
        api.get(f"/v1/videos?after={source.public_id}&order=asc")


def test_deleting_goes_to_our_trash(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    job = make_job()
    url = f"/v1/videos/{job.public_id}"
    assert api.delete(url).json() == {
        "id": job.public_id, "object": "video.deleted", "deleted": True,
    }  # fmt: skip
    job.refresh_from_db()
    assert job.trashed_by == team.owner and job.purge_at is not None
    for again in (api.get(url), api.delete(url), api.get(f"{url}/content")):
        assert again.status_code == 404
    assert api.get("/v1/videos").json()["data"] == []


def test_only_makers_and_admins_delete_a_clip(
    make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    url = f"/v1/videos/{make_job().public_id}"
    assert caller(team.teammate).delete(url).status_code == 403
    assert caller(team.teammate).get(url).status_code == 200
    assert caller(team.admin).delete(url).status_code == 200


def test_a_remix_keeps_model_size_and_length(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    source = make_job(size="640x360", seconds="8")
    answer = api.send(f"/v1/videos/{source.public_id}/remix", {"prompt": "at night"})
    body = answer.json()
    assert body["remixed_from_video_id"] == source.public_id
    assert (body["size"], body["seconds"], body["prompt"]) == ("640x360", "8", "at night")


@pytest.mark.parametrize(
    "state", [{"status": "in_progress"}, {"expires_at": timezone.now() - timedelta(hours=1)}]
)
def test_only_what_the_provider_holds_can_be_remixed(
    api: Caller, make_job: Callable[..., VideoJob], state: dict[str, Any]
) -> None:
    source = make_job(**state)
    answer = api.send(f"/v1/videos/{source.public_id}/remix", {"prompt": "at night"})
    assert answer.status_code == 400
    assert VideoJob.objects.count() == 1


# --- once -----------------------------------------------------------------------------------


def test_each_call_is_a_new_job(api: Caller, catalogue_model: CatalogueModel) -> None:
    first, second = (api.send("/v1/videos", CREATE).json()["id"] for _ in range(2))
    assert first != second


def test_the_same_key_gives_the_same_job(api: Caller, catalogue_model: CatalogueModel) -> None:
    first, second = (
        api.send("/v1/videos", CREATE, **{"Idempotency-Key": "Ünique 1"}) for _ in range(2)
    )
    assert first.json()["id"] == second.json()["id"]
    assert VideoJob.objects.count() == 1


def test_the_same_key_for_something_else_is_a_conflict(
    api: Caller, catalogue_model: CatalogueModel
) -> None:
    key = {"Idempotency-Key": "k"}
    image = {"input_reference": SimpleUploadedFile("upload", picture((64, 64)))}
    api.send("/v1/videos", CREATE, **key)
    for fields in (CREATE | {"prompt": "other"}, CREATE | {"seconds": "8"}, CREATE | image):
        answer = api.post("/v1/videos", fields, headers=key)
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "idempotency_key_reused"
        assert answer["x-should-retry"] == "false"
    assert VideoJob.objects.count() == 1


def test_keys_of_others_and_of_forms_are_not_met(
    api: Caller, catalogue_model: CatalogueModel, team: SimpleNamespace, client: Client
) -> None:
    key = {"Idempotency-Key": "k1"}
    client.force_login(team.owner)
    client.post("/videos", CREATE | {"key": "k1"})
    ids = {one.send("/v1/videos", CREATE, **key).json()["id"] for one in (api, caller(team.admin))}
    assert len(ids) == 2 and VideoJob.objects.count() == 3


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_no_or_endless_length_is_refused(
    api: Caller, catalogue_model: CatalogueModel, key: str
) -> None:
    answer = api.send("/v1/videos", CREATE, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "Idempotency-Key")


# --- models ---------------------------------------------------------------------------------


def test_models_are_those_of_the_catalogue(api: Caller, catalogue_model: CatalogueModel) -> None:
    CatalogueModel.objects.create(
        provider=catalogue_model.provider, slug="lab/wan-2", model="wan", label="Wan",
        sizes=["1280x720"], seconds=["4"],
    )  # fmt: skip
    listed = api.get("/v1/models").json()
    assert [model["id"] for model in listed["data"]] == ["sketch-1", "lab/wan-2"]
    one = api.get("/v1/models/lab/wan-2").json()
    assert one == listed["data"][1]
    assert one["object"] == "model" and one["owned_by"] == "engine"
    Provider.objects.update(enabled=False)
    assert api.get("/v1/models").json()["data"] == []
    assert api.send("/v1/videos", CREATE).json()["error"]["code"] == "no_models"


def test_answers_are_the_wires_own_json(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    job = make_job(prompt="“quoted” <b> \u2028 🦊")
    answer = api.get(f"/v1/videos/{job.public_id}")
    assert answer["Content-Type"] == "application/json"
    assert decode(answer.content) == json.loads(answer.content)
    assert answer.json()["prompt"] == job.prompt
