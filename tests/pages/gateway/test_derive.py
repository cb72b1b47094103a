"""Edits and extensions through the gateway: the team's ids, create's rules, clear refusals."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.content import archive
from tests.content import body as bytes_of
from tests.gateway_fixtures import Caller, api
from tests.pages.gateway.test_errors import error_of
from videos.models import CatalogueModel, Kind, Provider, VideoJob

__all__ = ["api"]
PATHS = {"edit": "/v1/videos/edits", "extend": "/v1/videos/extensions"}


def body(source: VideoJob, **fields: Any) -> dict[str, Any]:
    right = {"prompt": "at night", "seconds": "8", "video": {"id": source.public_id}}
    return {name: value for name, value in (right | fields).items() if value is not None}


@pytest.mark.parametrize("operation", PATHS)
@pytest.mark.parametrize("form", [False, True])
def test_a_clip_is_made_from_another(
    api: Caller, make_job: Callable[..., VideoJob], operation: str, form: bool
) -> None:
    source, path = make_job(), PATHS[operation]
    if form:
        fields = {"prompt": "at night", "seconds": "8", "video[id]": source.public_id}
        answer = api.post(path, fields)
    else:
        answer = api.send(path, body(source))
    answer_body = answer.json()
    job = VideoJob.objects.get(public_id=answer_body["id"])
    assert (job.operation, job.source, job.model) == (operation, source, source.model)
    length = "12" if operation == "extend" else "4"
    assert (answer_body["status"], answer_body["size"], answer_body["seconds"]) == (
        "queued",
        source.size,
        length,
    )
    # The API knows the source of a remix alone.
    assert answer_body["remixed_from_video_id"] is None
    assert api.get(f"/v1/videos/{answer_body['id']}").json() == answer_body
    assert answer["openai-poll-after-ms"]


@pytest.mark.parametrize("operation", PATHS)
def test_a_key_makes_one(api: Caller, make_job: Callable[..., VideoJob], operation: str) -> None:
    source, path, key = make_job(), PATHS[operation], {"Idempotency-Key": "once"}
    first, second = (api.send(path, body(source), **key).json() for _ in range(2))
    assert first == second
    for other in (body(source, prompt="else"), body(make_job())):
        answer_body = error_of(api.send(path, other, **key), 409)
        assert answer_body["code"] == "idempotency_key_reused"
    other_path = PATHS["edit" if operation == "extend" else "extend"]
    error_of(api.send(other_path, body(source), **key), 409)
    assert VideoJob.objects.exclude(source=None).count() == 1


@pytest.mark.parametrize("operation", PATHS)
@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"video": None}, "video"),
        ({"video": "video_1"}, "video"),
        ({"video": {"id": 7}}, "video"),
        ({"video": []}, "video"),
    ],
)
def test_a_wrong_field_is_named(
    api: Caller, make_job: Callable[..., VideoJob], operation: str, fields: dict[str, Any],
    param: str,
) -> None:  # fmt: skip
    answer_body = error_of(api.send(PATHS[operation], body(make_job(), **fields)), 400)
    assert answer_body["param"] == param and VideoJob.objects.count() == 1


@pytest.mark.parametrize("seconds", [None, "", "5", 5, "0", "four"])
def test_an_extension_names_an_offered_length(
    api: Caller, make_job: Callable[..., VideoJob], seconds: Any
) -> None:
    answer_body = error_of(api.send(PATHS["extend"], body(make_job(), seconds=seconds)), 400)
    assert answer_body["param"] == "seconds" and VideoJob.objects.count() == 1


@pytest.mark.parametrize("operation", PATHS)
def test_the_file_of_a_clip_names_it(
    api: Caller, make_job: Callable[..., VideoJob], settings: Any, operation: str
) -> None:
    make_job()
    source, data = make_job(), b"moov" * 100
    archive(source, data, Path(settings.ARCHIVE_DIR))
    fields = {"prompt": "a", "seconds": "4", "video": SimpleUploadedFile("a.mp4", data)}
    answer_body = api.post(PATHS[operation], fields).json()
    assert VideoJob.objects.get(public_id=answer_body["id"]).source == source


@pytest.mark.parametrize("operation", PATHS)
def test_other_files_are_refused_in_so_many_words(
    api: Caller, catalogue_model: CatalogueModel, operation: str
) -> None:
    fields = {"prompt": "a", "seconds": "4", "video": SimpleUploadedFile("a.mp4", b"mp4")}
    answer_body = error_of(api.post(PATHS[operation], fields), 400)
    assert (answer_body["param"], answer_body["code"]) == ("video", "file_not_offered")


@pytest.mark.parametrize("operation", PATHS)
def test_what_the_provider_does_not_offer_is_said(
    api: Caller, make_job: Callable[..., VideoJob], operation: str
) -> None:
    source = make_job()
    Provider.objects.update(corrections={operation: False})
    answer_body = error_of(api.send(PATHS[operation], body(source)), 400)
    assert answer_body["code"] == "not_offered" and "Engine doesn't offer" in answer_body["message"]
    Provider.objects.update(corrections={})
    CatalogueModel.objects.update(enabled=False)
    assert error_of(api.send(PATHS[operation], body(source)), 400)["code"] == "model_not_found"


@pytest.mark.parametrize("operation", PATHS)
def test_only_what_the_provider_holds_can_be_used(
    api: Caller, make_job: Callable[..., VideoJob], operation: str
) -> None:
    past = timezone.now() - timedelta(minutes=1)
    for fields in ({"status": "in_progress"}, {"status": "failed"}, {"expires_at": past}):
        error_of(api.send(PATHS[operation], body(make_job(**fields))), 400)
    gone = make_job(trashed_at=past, trashed_by=make_job().maker, purge_at=past)
    assert error_of(api.send(PATHS[operation], body(gone)), 404)["code"] == "not_found"
    assert not VideoJob.objects.exclude(source=None).exists()


@pytest.mark.parametrize("variant", ["preview", "small", "Video", "1", "video,thumbnail"])
def test_an_unknown_variant_is_a_clear_400(
    api: Caller, make_job: Callable[..., VideoJob], variant: str
) -> None:
    job = make_job()
    answer_body = error_of(
        api.get(f"/v1/videos/{job.public_id}/content", {"variant": variant}), 400
    )
    assert (answer_body["param"], answer_body["code"]) == ("variant", "invalid_value")
    assert "video, thumbnail, spritesheet" in answer_body["message"]


@pytest.mark.parametrize("dialect", ["engine", "openai", "sglang"])
@pytest.mark.parametrize("variant", ["thumbnail", "spritesheet"])
def test_pictures_are_our_own_whatever_the_provider_has(
    api: Caller, make_job: Callable[..., VideoJob], settings: Any, dialect: str, variant: Any
) -> None:
    job = make_job()
    Provider.objects.update(dialect=dialect)
    url = f"/v1/videos/{job.public_id}/content"
    # Nobody is asked for one: there is nothing behind the provider's address.
    assert error_of(api.get(url, {"variant": variant}), 404)["code"] == "variant_not_ready"
    archive(job, b"RIFFxxxxWEBP" + variant.encode(), Path(settings.ARCHIVE_DIR), Kind(variant))
    answer = api.get(url, {"variant": variant})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert bytes_of(answer).endswith(variant.encode())
