"""A test says "works" only where the Video API itself has answered."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.upstream.control import Upstream
from videos.provider.addresses import other_addresses
from videos.provider.catalogue import read_models
from videos.provider.client import Client
from videos.provider.evidence import says_the_same
from videos.provider.probe import probe
from videos.provider.response import Answer

NOT_FOUND = {"message": "Not Found", "type": "NotFoundError", "param": None, "code": 404}
NO_METHOD = {"message": "Method Not Allowed", "type": "invalid_request_error", "code": 405}
TEXT_MODEL = [{"id": "Qwen/Qwen3-8B", "object": "model", "owned_by": "vllm"}]


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NOT_FOUND), (405, NO_METHOD), (400, {"message": "Unknown request URL", "code": "x"})],
)
def test_an_error_for_every_route_is_no_video_api(
    make_remote: Callable[..., Client], upstream: Upstream, status: int, error: Any
) -> None:
    upstream.script("models", times=None, status=200, json={"data": TEXT_MODEL})
    upstream.script("any", times=None, status=status, json={"error": error})
    report = probe(make_remote("openai"))
    assert report.state == "other"
    assert "It lists models, but has no /videos" in report.trouble


@pytest.mark.parametrize("rows", [[], TEXT_MODEL])
def test_a_list_at_every_route_is_no_video_api(
    make_remote: Callable[..., Client], upstream: Upstream, rows: list[Any]
) -> None:
    upstream.script("models", times=None, status=200, json={"data": TEXT_MODEL})
    upstream.script("any", times=None, status=200, json={"object": "list", "data": rows})
    report = probe(make_remote("openai"))
    assert report.state == "other"
    assert "It lists models, but has no /videos" in report.trouble


@pytest.mark.parametrize(
    "wrong", ["", "/v1/v1", "/v1/chat/completions", "/v1/videos", "/v1/models"]
)
def test_the_address_that_was_meant_is_proposed(
    make_remote: Callable[..., Client], upstream: Upstream, wrong: str
) -> None:
    root = upstream.base_url.removesuffix("/v1")
    report = probe(make_remote("openai", base_url=root + wrong))
    assert report.state == "other"
    assert f"answers at {upstream.base_url}: enter that address" in report.trouble


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("http://gpu:8000", "http://gpu:8000/v1"),
        ("http://gpu/v1/v1", "http://gpu/v1"),
        ("http://gpu/v1/v1/v1", "http://gpu/v1"),
        ("http://gpu/openai/v1/chat/completions", "http://gpu/openai/v1"),
        ("http://gpu/openai/images/generations/", "http://gpu/openai"),
        ("http://gpu/v1", "http://gpu"),
    ],
)
def test_addresses_are_guessed_from_the_likeliest(address: str, first: str) -> None:
    assert other_addresses(address)[0] == first
    assert address not in other_addresses(address)


@pytest.mark.parametrize(
    ("model_fields", "is_offered"),
    [
        ({}, True),
        ({"architecture": {"output_modalities": ["text"]}}, False),
        ({"architecture": {"output_modalities": ["text", "video"]}}, True),
        ({"output_modalities": ["image"]}, False),
        ({"task": "text-generation"}, False),
        ({"task": "text-to-video"}, True),
        ({"mode": "chat"}, False),
        ({"mode": "video_generation"}, True),
        ({"supported_endpoint_types": ["openai", "anthropic"]}, False),
        ({"supported_endpoint_types": ["openai-video"]}, True),
        ({"mode": "chat", "video": {"sizes": ["1280x720"]}}, True),
        ({"task": None, "architecture": "dense"}, True),
    ],
)
def test_what_the_list_calls_text_or_images_is_not_offered(
    model_fields: dict[str, Any], is_offered: bool
) -> None:
    models = read_models({"data": [{"id": "wan-2.2", **model_fields}]})
    assert bool(models) is is_offered


def _answer(message: str) -> Answer:
    return Answer(404, {}, json.dumps({"error": {"message": message}}).encode(), whole=True)


def test_paths_and_ids_of_requests_make_no_answer_another() -> None:
    one = _answer("Invalid URL (GET /v1/videos/video_0a) (request id: 20240601aX)")
    other = _answer("Invalid URL (GET /v1/no_route/video_0b) (request id: 20240602bY)")
    assert says_the_same(one, other)
    assert not says_the_same(_answer("Video video_0a not found"), _answer("Not found"))
