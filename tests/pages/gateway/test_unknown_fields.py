"""No field is dropped: it is carried out, passed on, or refused by name."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.gateway_fixtures import CREATE, Caller, api
from tests.pages.gateway.test_errors import error_of
from videos.models import CatalogueModel, VideoJob

__all__ = ["api"]


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("duration", 8, "seconds"),
        ("num_outputs_per_prompt", 2, "`n`"),
        ("aspect_ratio", "16:9", "size"),
        ("quality", "hd", ""),
        ("user", "u1", ""),
        ("response_format", "url", ""),
        ("x" * 300, "1", ""),
    ],
)
def test_an_unknown_field_is_refused_by_name(
    api: Caller, catalogue_model: CatalogueModel, form: bool, name: str, value: Any, hint: str
) -> None:
    fields = CREATE | {name: value}
    answer = api.post("/v1/videos", fields) if form else api.send("/v1/videos", fields)
    body = error_of(answer, 400)
    assert (body["param"], body["code"]) == (name[:100], "unknown_parameter")
    assert name[:100] in body["message"] and hint in body["message"]
    assert not VideoJob.objects.exists()


def test_an_unknown_file_is_refused_too(api: Caller, catalogue_model: CatalogueModel) -> None:
    fields = CREATE | {"image": SimpleUploadedFile("a.png", b"png")}
    body = error_of(api.post("/v1/videos", fields), 400)
    assert body["param"] == "image" and "`input_reference`" in body["message"]


def test_null_is_as_good_as_nothing(api: Caller, catalogue_model: CatalogueModel) -> None:
    fields = CREATE | {"quality": None, "n": None, "remixed_from_video_id": None}
    assert api.send("/v1/videos", fields).status_code == 200


@pytest.mark.parametrize("n", [1, "1"])
def test_one_take_is_an_ordinary_answer(
    api: Caller, catalogue_model: CatalogueModel, n: Any
) -> None:
    answer = api.send("/v1/videos", CREATE | {"n": n})
    assert answer.status_code == 200 and "Dailies-Takes" not in answer.headers


@pytest.mark.parametrize("n", [3, "3", 3.0, "3.0"])
def test_a_number_makes_takes_and_names_them_all(
    api: Caller, catalogue_model: CatalogueModel, n: Any
) -> None:
    once = {"Idempotency-Key": "one press"}
    answer = api.send("/v1/videos", CREATE | {"n": n}, **once)
    takes = [job.public_id for job in VideoJob.objects.order_by("take")]
    assert len(takes) == 3 and answer.json()["id"] == takes[0]
    assert answer["Dailies-Takes"].split(",") == takes
    # A repeated request names the same, and makes nothing.
    again = api.send("/v1/videos", CREATE | {"n": n}, **once)
    assert again["Idempotent-Replayed"] == "true"
    assert again["Dailies-Takes"] == answer["Dailies-Takes"]
    assert VideoJob.objects.count() == 3
    # The same key for another number is another request.
    assert api.send("/v1/videos", CREATE | {"n": 2}, **once).status_code == 409


@pytest.mark.parametrize(
    "n", [0, -1, 9, "9" * 5000, 1.5, "nan", "1e400", "many", True, [1], {"a": 1}]
)
def test_a_number_that_cannot_be_made_is_refused(
    api: Caller, catalogue_model: CatalogueModel, n: Any
) -> None:
    assert error_of(api.send("/v1/videos", CREATE | {"n": n}), 400)["param"] == "n"
    assert not VideoJob.objects.exists()


@pytest.mark.parametrize("path", ["{}/remix", "edits", "extensions", "characters"])
def test_the_other_requests_refuse_unknown_fields_as_well(
    api: Caller, make_job: Callable[..., VideoJob], path: str
) -> None:
    source = make_job()
    fields = {"prompt": "a", "video": {"id": source.public_id}, "colour": "red"}
    if "remix" in path or path == "characters":
        del fields["video"]
    path = f"/v1/videos/{path.format(source.public_id)}"
    from videos.models import Provider

    Provider.objects.update(corrections={"characters": True})
    body = error_of(api.send(path, fields), 400)
    assert body["param"] in ("colour", "prompt") and body["code"] == "unknown_parameter"


def test_create_with_a_source_is_a_remix(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    source = make_job()
    fields = {"prompt": "at night", "remixed_from_video_id": source.public_id}
    for more in ({}, {"model": source.model, "size": source.size, "seconds": source.seconds}):
        body = api.send("/v1/videos", fields | more).json()
        assert body["remixed_from_video_id"] == source.public_id
        job = VideoJob.objects.get(public_id=body["id"])
        assert (job.operation, job.source) == ("remix", source)


@pytest.mark.parametrize(
    "more",
    [
        {"size": "640x360"},
        {"seconds": "8"},
        {"model": "other"},
        {"seed": 1},
        {"input_reference": {"image_url": "data:image/png;base64,AAAA"}},
        {"n": 2},
        {"remixed_from_video_id": 7},
    ],
)
def test_a_remix_with_other_settings_is_refused_by_name(
    api: Caller, make_job: Callable[..., VideoJob], more: dict[str, Any]
) -> None:
    source = make_job()
    fields = {"prompt": "at night", "remixed_from_video_id": source.public_id} | more
    assert error_of(api.send("/v1/videos", fields), 400)["param"] == next(iter(more))
    assert VideoJob.objects.count() == 1


def test_a_remix_of_what_is_not_here_is_404(api: Caller, catalogue_model: CatalogueModel) -> None:
    fields = {"prompt": "a", "remixed_from_video_id": "video_" + "0" * 32}
    error_of(api.send("/v1/videos", fields), 404)


@pytest.mark.parametrize(
    ("requested_size", "nearest"),
    [("1024x1808", "720x1280"), ("1792x1024", "1280x720"), ("16x9999", "720x1280")],
)
def test_a_size_that_is_not_offered_names_the_nearest(
    api: Caller, catalogue_model: CatalogueModel, requested_size: str, nearest: str
) -> None:
    body = error_of(api.send("/v1/videos", CREATE | {"size": requested_size}), 400)
    assert body["param"] == "size" and requested_size in body["message"]
    assert body["message"].endswith(f"The nearest is {nearest}.")
    assert all(size in body["message"] for size in catalogue_model.sizes)


def test_a_trailing_slash_changes_nothing(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    job = make_job()
    for path in ("/v1/videos", f"/v1/videos/{job.public_id}", "/v1/models", "/v1/models/sketch-1"):
        assert api.get(f"{path}/").json() == api.get(path).json()
    assert api.send("/v1/videos/", CREATE).status_code == 200
    assert api.send(f"/v1/videos/{job.public_id}/remix/", {"prompt": "a"}).status_code == 200


def test_the_header_api_key_is_as_good_as_a_bearer(
    api: Caller, catalogue_model: CatalogueModel
) -> None:
    token = api.defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    client = Client()
    assert client.get("/v1/models", headers={"api-key": token}).status_code == 200
    assert client.get("/v1/models", headers={"api-key": "dly_wrong"}).status_code == 401
    both = {"api-key": token, "Authorization": "Bearer dly_wrong"}
    assert client.get("/v1/models", headers=both).status_code == 401
