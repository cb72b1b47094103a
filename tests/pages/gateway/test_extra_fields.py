"""What a server takes beyond the API, asked for by scripts: taken or refused, never dropped."""

import json
from typing import Any

import httpx2
import openai
import pytest

from dashboard.wsgi import application
from tests.gateway_fixtures import CREATE, Caller, api
from tests.pages.gateway.test_contract import one_connection
from tests.pages.gateway.test_errors import error_of
from videos.gateway.description import FILE
from videos.jobs.submission.extra_fields import EXTRA_NAMES
from videos.models import CatalogueModel, Provider, VideoJob
from videos.provider.extra_fields import ENGINE_SEED, FIELDS

__all__ = ["api", "one_connection"]
TAKEN: dict[str, Any] = {
    "negative_prompt": "text, logos",
    "seed": 7,
    "num_inference_steps": 30,
    "guidance_scale": 7.5,
    "fps": 24,
    "num_frames": 81,
}


@pytest.fixture
def sglang(catalogue_model: CatalogueModel) -> CatalogueModel:
    """The model, on a server that takes all of them but sound."""
    Provider.objects.update(dialect="sglang")
    return catalogue_model


@pytest.mark.parametrize("kind", ["json", "multipart", "form"])
def test_what_the_server_takes_goes_along_with_its_type(
    api: Caller, sglang: CatalogueModel, kind: str
) -> None:
    if kind == "json":
        answer = api.send("/v1/videos", CREATE | TAKEN)
    elif kind == "multipart":
        answer = api.post("/v1/videos", CREATE | TAKEN)
    else:
        body = "&".join(f"{name}={value}" for name, value in (CREATE | TAKEN).items())
        answer = api.post("/v1/videos", body, "application/x-www-form-urlencoded")
    assert answer.status_code == 200, answer.content
    extra = VideoJob.objects.get().extra
    assert extra == TAKEN
    assert all(type(extra[name]) is type(value) for name, value in TAKEN.items())


@pytest.mark.parametrize(
    ("dialect", "sent", "stored"),
    [
        ("sglang", {"seed": "7"}, {"seed": 7}),
        ("sglang", {"seed": 7.0}, {"seed": 7}),
        ("sglang", {"seed": 0}, {"seed": 0}),
        ("vllm-omni", {"guidance_scale": 7}, {"guidance_scale": 7.0}),
        ("vllm-omni", {"negative_prompt": ""}, {}),
        ("vllm-omni", {"seed": None, "generate_audio": None}, {}),
        ("engine", {"seed": 2**63 - 1}, {"seed": 2**63 - 1}),
        ("openrouter", {"generate_audio": False}, {"generate_audio": False}),
        ("openrouter", {"generate_audio": True}, {"generate_audio": True}),
        ("openrouter", {"generate_audio": "off"}, {"generate_audio": False}),
        ("openrouter", {"generate_audio": "false"}, {"generate_audio": False}),
    ],
)
def test_numbers_and_flags_are_read_as_clients_write_them(
    api: Caller,
    catalogue_model: CatalogueModel,
    dialect: str,
    sent: dict[str, Any],
    stored: dict[str, Any],
) -> None:
    Provider.objects.update(dialect=dialect)
    assert api.send("/v1/videos", CREATE | sent).status_code == 200
    assert VideoJob.objects.get().extra == stored


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", -1),
        ("seed", 1.5),
        ("seed", True),
        ("seed", 2**32),
        ("seed", 1e300),
        ("seed", [7]),
        ("seed", {"value": 7}),
        ("fps", "many"),
        ("guidance_scale", "nan"),
        ("negative_prompt", "a\x07b"),
        ("negative_prompt", ["text"]),
        # Known to others, not to this server.
        ("generate_audio", True),
    ],
)
def test_what_the_server_does_not_take_is_refused_by_name(
    api: Caller, sglang: CatalogueModel, name: str, value: object
) -> None:
    answer_body = error_of(api.send("/v1/videos", CREATE | {name: value}), 400)
    assert (answer_body["param"], answer_body["code"]) == (name, "invalid_value")
    assert not VideoJob.objects.exists()


def test_a_server_that_takes_none_drops_none(api: Caller, catalogue_model: CatalogueModel) -> None:
    Provider.objects.update(dialect="openai")
    for name, value in TAKEN.items():
        answer_body = error_of(api.post("/v1/videos", CREATE | {name: value}), 400)
        assert answer_body["param"] == name and "Engine doesn't support" in answer_body["message"]
    assert not VideoJob.objects.exists()


@pytest.mark.filterwarnings("ignore:The Sora API is scheduled:DeprecationWarning")
def test_the_official_client_sends_them_as_an_extra_body(
    one_connection: None, api: Caller, sglang: CatalogueModel
) -> None:
    with openai.OpenAI(
        base_url="http://localhost:8000/v1",
        api_key=api.defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer "),
        max_retries=0,
        http_client=httpx2.Client(transport=httpx2.WSGITransport(app=application)),
    ) as script:
        extra = {"seed": 7, "negative_prompt": "text", "guidance_scale": 7.5}
        video = script.videos.create(prompt="a fox", extra_body=extra)
        assert VideoJob.objects.get(public_id=video.id).extra == extra
        with pytest.raises(openai.BadRequestError) as caught:
            script.videos.create(prompt="a fox", extra_body={"generate_audio": True})
        assert caught.value.param == "generate_audio"


def test_the_same_key_with_another_seed_is_a_conflict(api: Caller, sglang: CatalogueModel) -> None:
    key = {"Idempotency-Key": "k"}
    first, second = (api.send("/v1/videos", CREATE | {"seed": seed}, **key) for seed in (7, "7"))
    assert first.json()["id"] == second.json()["id"]
    error_of(api.send("/v1/videos", CREATE | {"seed": 8}, **key), 409)
    assert VideoJob.objects.count() == 1


def test_the_description_names_them_all_with_their_limits() -> None:
    schemas = json.loads(FILE.read_text())["components"]["schemas"]
    answer_body = schemas["Extra"]["properties"]
    assert set(answer_body) == set(EXTRA_NAMES)
    for body in ("CreateVideo", "CreateVideoForm", "CreateVideoText"):
        assert set(answer_body) <= set(schemas[body]["properties"])
    for field in FIELDS:
        limits = answer_body[field.name]
        if field.kind == "text":
            assert limits["maxLength"] == field.high
        elif field.kind != "flag":
            # The widest of any server: which it is, is known with the model alone.
            high = ENGINE_SEED.high if field.name == "seed" else field.high
            assert (limits["minimum"], limits["maximum"]) == (field.low, high)
