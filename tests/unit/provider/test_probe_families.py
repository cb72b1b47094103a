"""A harmless look tells what a server is and what it can do, for each family as it answers."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.upstream.control import Upstream
from tests.upstream.fixtures import KEY
from videos.provider.client import Client, CreateCall
from videos.provider.probe import probe

FASTAPI_404 = {"detail": "Video not found"}
NO_ROUTE = {"detail": "Not Found"}
NO_METHOD = {"detail": "Method Not Allowed"}


def card(owner: str, **more: Any) -> list[dict[str, Any]]:
    return [{"id": "wan-2.2", "object": "model", "owned_by": owner, **more}]


def envelope(code: Any) -> dict[str, Any]:
    return {"error": {"message": "not here", "type": "x", "param": None, "code": code}}


def _answers(upstream: Upstream, route: str, status: int, value: Any, **headers: str) -> None:
    upstream.script(route, times=None, status=status, json=value, headers=headers)


def engine(upstream: Upstream) -> None:
    upstream.settings(models=card("dailies-engine"))


def openai(upstream: Upstream) -> None:
    value = {"data": [{"id": "sora-2", "owned_by": "openai"}]}
    _answers(upstream, "models", 200, value, **{"openai-version": "2020-10-01"})


def litellm(upstream: Upstream) -> None:
    value = {"data": [{"id": "film", "owned_by": "openai"}]}
    _answers(upstream, "models", 200, value, **{"x-litellm-version": "1.109.1"})
    error = {"message": "litellm.BadRequestError: LLM Provider NOT provided", "code": "400"}
    _answers(upstream, "list", 400, {"error": error})
    # An id that it has not encoded itself is its own 500.
    _answers(upstream, "retrieve", 500, envelope("500"))
    _answers(upstream, "delete", 405, NO_METHOD)


def sglang(upstream: Upstream) -> None:
    upstream.settings(models=card("sglang", dit_precision="bf16"), echo_prompt=False)
    for route in ("retrieve", "delete"):
        _answers(upstream, route, 404, FASTAPI_404)


def vllm_omni(upstream: Upstream) -> None:
    upstream.settings(models=card("vllm", max_model_len=None))
    for route in ("retrieve", "delete"):
        _answers(upstream, route, 404, envelope(404))


def tensorrt_llm(upstream: Upstream) -> None:
    upstream.settings(models=card("tensorrt_llm"))
    _answers(upstream, "list", 200, {"object": "list", "data": []})


def fastvideo(upstream: Upstream) -> None:
    upstream.settings(models=card("fastvideo"))
    for route in ("retrieve", "delete"):
        _answers(upstream, route, 404, FASTAPI_404)


def new_api(upstream: Upstream) -> None:
    value = {"data": card("custom", supported_endpoint_types=["openai-video"])}
    _answers(upstream, "models", 200, value, **{"X-Oneapi-Request-Id": "1"})
    _answers(upstream, "list", 404, envelope(""))
    unknown = {"code": "task_not_exist", "message": "task_not_exist", "data": None}
    _answers(upstream, "retrieve", 400, unknown)
    _answers(upstream, "delete", 404, envelope(""))


def azure(upstream: Upstream) -> None:
    value = {"data": [{"id": "sora", "object": "model"}]}
    _answers(upstream, "models", 200, value, **{"apim-request-id": "7"})


FAMILIES: dict[str, tuple[Callable[[Upstream], None], dict[str, bool]]] = {
    "engine": (engine, {"list": True, "delete": True}),
    "openai": (openai, {"list": True, "delete": True}),
    "litellm": (litellm, {"list": False, "delete": False}),
    "sglang": (sglang, {"list": True, "delete": True}),
    "vllm-omni": (vllm_omni, {"list": True, "delete": True}),
    "tensorrt-llm": (tensorrt_llm, {"list": True, "delete": True}),
    "fastvideo": (fastvideo, {"list": True, "delete": True}),
    "new-api": (new_api, {"list": False}),
    "azure": (azure, {"list": True, "delete": True}),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_is_recognised_by_its_answers(
    make_remote: Callable[..., Client], upstream: Upstream, name: str
) -> None:
    arrange, abilities = FAMILIES[name]
    arrange(upstream)
    report = probe(make_remote("openai"))
    assert (report.state, report.trouble, report.dialect) == ("works", "", name)
    assert abilities.items() <= report.capabilities.items()
    # No route of remix is served for GET: the fake upstream says so as FastAPI does.
    assert report.capabilities["remix"] is False


def test_looking_makes_nothing_and_deletes_nothing_that_exists(
    make_remote: Callable[..., Client], upstream: Upstream
) -> None:
    remote = make_remote("engine")
    remote.create(CreateCall("a fox"))
    before = upstream.creates
    report = probe(remote)
    assert report.state == "works" and upstream.creates == before and len(upstream.jobs) == 1
    methods = {request["method"] for request in upstream.requests()[1:]}
    assert methods <= {"GET", "OPTIONS", "DELETE"}
    deleted = upstream.requests("delete")
    assert deleted and all(upstream.jobs[0]["id"] not in each["target"] for each in deleted)


def test_a_raw_question_that_could_make_something_is_refused(remote: Client) -> None:
    with pytest.raises(ValueError, match="POST"):
        remote.ask("POST", "/videos")


@pytest.mark.parametrize(
    ("scripted", "state", "trouble"),
    [
        ({"status": 401, "json": envelope("invalid_api_key")}, "key", "It refuses the key."),
        ({"status": 403, "json": {"error": "Unauthorized"}}, "key", "It refuses the key."),
        ({"do": "html"}, "other", "not as an API"),
        ({"do": "no_route"}, "other", "neither /models nor /videos"),
        ({"status": 503, "json": envelope("busy")}, "trouble", "503"),
        ({"do": "reset"}, "unreachable", "sent an incomplete answer"),
        ({"do": "gzip_bomb", "mb": 3}, "trouble", "too large"),
        ({"do": "deep_json"}, "other", "not as an API"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    make_remote: Callable[..., Client],
    upstream: Upstream,
    scripted: dict[str, Any],
    state: str,
    trouble: str,
) -> None:
    upstream.script("any", scripted.pop("do", "answer"), times=None, **scripted)
    report = probe(make_remote())
    assert report.state == state and trouble in report.trouble
    assert KEY not in repr(report)


@pytest.mark.parametrize(
    ("location", "trouble"),
    [
        ("https://gpu.example.com{path}", "It redirects to https://gpu.example.com/v1: enter that"),
        (
            "https://gpu.example.com{path}/?key=sk-secret",
            "It redirects to https://gpu.example.com/v1:",
        ),
        ("https://sso.example.com/login?next={path}", "https://sso.example.com/login instead of"),
        ("http://user:pw@gpu.example.com{path}", "not as an API"),
        ("/elsewhere", "not as an API"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_an_address_that_moved_is_named(
    make_remote: Callable[..., Client], upstream: Upstream, location: str, trouble: str, status: int
) -> None:
    for route, path in (("models", "/v1/models"), ("any", "/v1/videos")):
        where = location.format(path=path)
        upstream.script(route, "redirect", location=where, status=status, times=None)
    report = probe(make_remote())
    assert report.state == "other" and trouble in report.trouble
    assert "secret" not in report.trouble and "pw" not in report.trouble


def test_models_without_videos_are_no_video_api(
    make_remote: Callable[..., Client], upstream: Upstream
) -> None:
    for route in ("list", "retrieve", "delete", "unknown"):
        upstream.script(route, "no_route", times=None)
    report = probe(make_remote())
    assert report.state == "other" and "has no /videos" in report.trouble


def test_an_address_that_lacks_its_v1_gets_the_hint(
    make_remote: Callable[..., Client], upstream: Upstream
) -> None:
    upstream.script("any", "no_route", times=None)
    report = probe(make_remote(base_url=upstream.base_url.removesuffix("/v1") + "/api"))
    assert "Most addresses end in /v1" in report.trouble


def test_no_server_at_the_address_is_unreachable(make_remote: Callable[..., Client]) -> None:
    report = probe(make_remote(base_url="http://127.0.0.1:9/v1"))
    assert report.state == "unreachable" and "refuses connections" in report.trouble


def test_a_missing_key_is_distinguished_from_a_wrong_one(
    make_remote: Callable[..., Client], upstream: Upstream
) -> None:
    upstream.settings(key="sk-right-0123456789")
    assert probe(make_remote(key="")).trouble.startswith("It asks for a key, and none is set.")
    report = probe(make_remote())
    assert report.trouble.startswith("It refuses the key.") and KEY not in report.trouble


def test_a_list_without_prompts_is_noticed_and_never_the_opposite(
    make_remote: Callable[..., Client], upstream: Upstream
) -> None:
    remote = make_remote("sglang")
    remote.create(CreateCall("a fox"))
    report = probe(remote)
    # Sending again by itself what a list does not show is for a person to allow.
    assert "prompts" not in report.capabilities and any("prompts" in note for note in report.notes)
    upstream.settings(echo_prompt=False)
    assert probe(remote).capabilities["prompts"] is False


@pytest.mark.parametrize(
    ("row", "takes"),
    [
        ({"task_type": "T2V"}, False),
        ({"task_type": "TI2V"}, True),
        ({"supported_task_types": ["T2V", "I2V"]}, True),
        ({"supported_task_types": ["T2V"], "task_type": "I2V"}, False),
        ({"task_type": "T2I"}, None),
        ({"supported_task_types": "odd", "task_type": 7}, None),
        ({}, None),
    ],
)
def test_a_server_tells_whether_its_model_starts_from_a_picture(row, takes, make_remote, upstream):
    upstream.settings(models=[{"id": "wan", "object": "model", **row}])
    assert probe(make_remote()).capabilities.get("reference") is takes
