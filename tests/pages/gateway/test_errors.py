"""Whatever goes wrong, a script reads the API's error envelope and never a page."""

import json
import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from tests.gateway_fixtures import CREATE, Caller, api, caller
from videos.gateway import models
from videos.models import CatalogueModel, Scope, VideoJob

__all__ = ["api"]


def error_of(answer: Any, status: int) -> dict[str, Any]:
    """The envelope, whole."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    assert answer["x-request-id"].startswith("req_")
    answer_body = json.loads(answer.content)
    assert set(answer_body) == {"error"}
    assert set(answer_body["error"]) == {"message", "type", "param", "code"}
    assert answer_body["error"]["message"] and "<" not in answer_body["error"]["message"]
    return dict(answer_body["error"])


WRONG = {
    "prompt": [None, "", "   ", 7, ["a"], "a\x00b", "x" * 32_001, "a\u0007b"],
    "model": [7, "no-such-model", "a\nb", "m" * 201, {"id": "x"}],
    "size": ["1x1", "big", 7, "1280x721", "1280×720", ["1280x720"]],
    "seconds": [5, "5", "-4", "4.0", "9999999999999999999", True],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_field_is_named(
    api: Caller, catalogue_model: CatalogueModel, name: str, value: object
) -> None:
    answer_body = error_of(api.send("/v1/videos", CREATE | {name: value}), 400)
    assert (answer_body["param"], answer_body["type"]) == (name, "invalid_request_error")
    assert not VideoJob.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"[" * 100_000,
        b'{"prompt": NaN}',
        b'{"prompt": "\\ud800"}',
        b'{"prompt": "\\u0000"}',
        b'{"prompt": "a", "seconds": 1e999}',
        b'\xff\xfe{"prompt": "a"}',
        b'{"prompt": "\xed\xa0\x80"}',
    ],
)
def test_an_unsafe_body_is_refused(
    api: Caller, catalogue_model: CatalogueModel, body: bytes
) -> None:
    error_of(api.post("/v1/videos", body, content_type="application/json"), 400)
    assert not VideoJob.objects.exists()


def test_a_broken_form_is_refused(api: Caller, catalogue_model: CatalogueModel) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        error_of(api.post("/v1/videos", b"--x\r\nnonsense", content_type=kind), 400)
    error_of(api.post("/v1/videos", {"prompt": "a\x00b"}), 400)
    error_of(
        api.post("/v1/videos", "&".join(f"a{n}=1" for n in range(2000)),
                 "application/x-www-form-urlencoded"), 400)  # fmt: skip


def test_a_huge_body_is_413(api: Caller, catalogue_model: CatalogueModel, settings: Any) -> None:
    settings.REFERENCE_MAX_BYTES = 1000
    big = json.dumps({"prompt": "a" * 1_100_000})
    error_of(api.post("/v1/videos", big, content_type="application/json"), 413)
    upload = SimpleUploadedFile("upload", b"x" * 3_000_000)
    error_of(api.post("/v1/videos", CREATE | {"input_reference": upload}), 413)
    error_of(api.post("/v1/videos", {"prompt": "a" * 3_000_000}), 413)


def test_another_kind_of_body_is_415(api: Caller, catalogue_model: CatalogueModel) -> None:
    for kind in ("text/plain", "application/xml", ""):
        error_of(api.post("/v1/videos", b"prompt=a", content_type=kind), 415)


@pytest.mark.parametrize(
    "query", ["limit=101", "limit=-1", "limit=a", "limit=٣", "limit=", "order=up", "limit=1e1"]
)
def test_a_wrong_query_is_400(api: Caller, query: str) -> None:
    assert error_of(api.get(f"/v1/videos?{query}"), 400)["param"] == query.partition("=")[0]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/videos?after=video_" + "0" * 32,
        "/v1/videos?after=%00",
        "/v1/videos/video_" + "0" * 32,
        "/v1/videos/%00",
        "/v1/videos/..%2f..%2fetc",
        "/v1/videos/" + "a" * 3000,
        "/v1/videos/video_" + "0" * 32 + "/content",
        "/v1/videos/characters/char_1",
        "/v1/models/none",
        "/v1/models/%00",
        "/v1/nothing",
        "/v1/nothing/",
        "/v1/",
    ],
)
def test_what_is_not_there_is_404(api: Caller, catalogue_model: CatalogueModel, path: str) -> None:
    error_of(api.get(path), 404)


def test_another_method_is_405_and_says_which_are_allowed(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job()
    for path, allowed in (
        ("/v1/videos", "GET, POST"),
        (f"/v1/videos/{job.public_id}", "GET, DELETE"),
        ("/v1/videos/edits", "POST"),
        ("/v1/models", "GET"),
    ):
        answer = api.patch(path)
        error_of(answer, 405)
        assert answer["Allow"] == allowed
    error_of(api.post("/v1/openapi.json"), 405)


def test_what_no_provider_offers_says_so(api: Caller, catalogue_model: CatalogueModel) -> None:
    answer = api.send("/v1/videos/characters", {"name": "a"})
    answer_body = error_of(answer, 404)
    assert (
        answer_body["code"] == "not_offered" and "No provider here offers" in answer_body["message"]
    )
    assert answer["x-should-retry"] == "false"


def test_reading_tokens_do_not_write(
    make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    reader, url = caller(team.owner, Scope.READ), f"/v1/videos/{make_job().public_id}"
    assert reader.get(url).status_code == 200
    for answer in (
        reader.send("/v1/videos", CREATE),
        reader.delete(url),
        reader.send(f"{url}/remix", {"prompt": "a"}),
    ):
        answer_body = error_of(answer, 403)
        assert (answer_body["type"], answer_body["code"]) == (
            "permission_error",
            "insufficient_permissions",
        )


def test_a_browsers_session_opens_nothing(client: Client, team: SimpleNamespace) -> None:
    client.force_login(team.admin)
    for path in ("/v1/videos", "/v1/models", "/v1/nothing"):
        answer = client.get(path)
        assert error_of(answer, 401)["code"] == "invalid_api_key"
        assert answer["WWW-Authenticate"] == "Bearer"


def test_bytes_that_are_not_there_yet_say_why(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    running = f"/v1/videos/{make_job(status='in_progress').public_id}/content"
    failed = f"/v1/videos/{make_job(status='failed').public_id}/content"
    assert error_of(api.get(running), 409)["code"] == "video_not_ready"
    assert error_of(api.get(failed), 404)["code"] == "video_failed"
    assert error_of(api.get(f"{running}?variant=gif"), 400)["param"] == "variant"


def test_a_wrong_host_is_refused_in_json(api: Caller) -> None:
    error_of(api.get("/v1/videos", headers={"Host": "evil.example"}), 400)


@pytest.mark.parametrize(
    ("raised", "status"), [(RuntimeError("secret"), 500), (OperationalError("locked"), 503)]
)
def test_our_own_mistakes_are_json_too_and_tell_nothing(
    team: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(models, "enabled_models", fail)
    script = caller(team.owner)
    script.raise_request_exception = False
    answer = script.get("/v1/models")
    answer_body = error_of(answer, status)
    assert answer_body["type"] == "server_error" and str(raised) not in answer_body["message"]
    assert answer["x-should-retry"] == "true"


def test_the_log_names_the_request_and_never_the_token(
    api: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "videos.gateway"):
        answer = api.get("/v1/videos/a%0Ab")
    (line,) = [record.getMessage() for record in caplog.records if "/v1/" in record.getMessage()]
    assert line == f"{answer['x-request-id']} GET /v1/videos/a%0Ab 404 owner"
    assert "dly_" not in caplog.text


def test_no_answer_stays_in_a_cache(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    make_job()
    for path in ("/v1/videos", "/v1/models", "/v1/nothing"):
        assert "no-store" in api.get(path)["Cache-Control"]
