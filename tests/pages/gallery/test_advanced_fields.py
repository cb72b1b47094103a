"""Fields beyond the API: offered where the server knows them, checked, sent and shown."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import HTMX, form
from tests.world import World
from videos.jobs.submission.validate import enabled_models
from videos.models import CatalogueModel, Provider, VideoJob

FULL = {
    "negative_prompt": "text, logos",
    "seed": "7",
    "num_inference_steps": "30",
    "guidance_scale": "7.5",
    "fps": "24",
    "num_frames": "81",
}


@pytest.fixture
def sglang(catalogue_model: CatalogueModel) -> CatalogueModel:
    """The model, on a server that knows all the fields."""
    Provider.objects.update(dialect="sglang")
    catalogue_model.provider.refresh_from_db()
    return catalogue_model


def _names(page: str) -> set[str]:
    part = page[page.index('id="composer-advanced"') :]
    names = re.findall(r'name="(\w+)"', part[: part.index("</details>")])
    return set(names) - {"advanced"}


@pytest.mark.parametrize(
    ("dialect", "names"),
    [
        ("engine", {"seed"}),
        ("sglang", set(FULL)),
        ("vllm-omni", {*FULL, "generate_sound"}),
        ("tensorrt-llm", set(FULL)),
        ("fastvideo", set(FULL)),
        ("inferhub", {"seed", "negative_prompt"}),
        ("litellm", {"seed", "negative_prompt"}),
    ],
)
def test_the_composer_offers_what_the_kind_of_server_knows(
    admin: Client, catalogue_model: CatalogueModel, dialect: str, names: set[str]
) -> None:
    Provider.objects.update(dialect=dialect)
    assert _names(admin.get("/").content.decode()) == names


@pytest.mark.parametrize("dialect", ["openai", "azure", "new-api", "aquiles"])
def test_a_server_that_knows_none_gets_no_advanced_part(
    admin: Client, catalogue_model: CatalogueModel, dialect: str
) -> None:
    Provider.objects.update(dialect=dialect)
    assert "<summary" not in admin.get("/").content.decode().split('id="composer"')[1]


def test_the_fields_are_kept_with_their_types_and_shown(
    admin: Client, sglang: CatalogueModel
) -> None:
    assert admin.post("/videos", form(**FULL)).status_code == 303
    job = VideoJob.objects.get()
    assert job.extra == {
        "negative_prompt": "text, logos",
        "seed": 7,
        "num_inference_steps": 30,
        "guidance_scale": 7.5,
        "fps": 24,
        "num_frames": 81,
    }
    page = admin.get(job.get_absolute_url()).content.decode()
    assert "<dt>Seed</dt><dd>7</dd>" in page and "text, logos" in page


def test_the_fields_reach_the_server(world: World) -> None:
    Provider.objects.update(dialect="sglang")
    job = world.submit(extra=FULL)
    world.until(job, lambda row: row.remote_id)
    [request] = world.upstream.requests("create")
    assert FULL.items() <= request["fields"].items()


def test_empty_fields_are_left_to_the_server(
    admin: Client, catalogue_model: CatalogueModel
) -> None:
    Provider.objects.update(dialect="vllm-omni")
    admin.post("/videos", form(seed="", fps="  "))
    assert VideoJob.objects.get().extra == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", "-1"),
        ("seed", "4294967296"),
        ("seed", "1.5"),
        ("seed", "9" * 5000),
        ("num_inference_steps", "0"),
        ("num_inference_steps", "201"),
        ("guidance_scale", "nan"),
        ("guidance_scale", "inf"),
        ("guidance_scale", "51"),
        ("fps", "many"),
        ("num_frames", "0"),
        ("negative_prompt", "x" * 4001),
        ("negative_prompt", "a\x00b"),
    ],
)
def test_a_value_out_of_range_is_refused_in_place_and_kept_for_correction(
    admin: Client, sglang: CatalogueModel, name: str, value: str
) -> None:
    response = admin.post("/videos", form(**{name: value}), headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422 and "errorlist" in page
    assert '<details class="composer-more" id="composer-advanced" open' in page
    assert "a fox in snow" in page and not VideoJob.objects.exists()


def test_a_field_that_the_server_does_not_know_is_refused(
    admin: Client, catalogue_model: CatalogueModel
) -> None:
    response = admin.post("/videos", form(fps="24"), headers=HTMX)
    assert response.status_code == 422
    assert "Engine doesn&#x27;t support Frames per second" in response.content.decode()


def test_the_one_time_key_covers_the_further_fields(admin: Client, sglang: CatalogueModel) -> None:
    sent = form(seed="7")
    admin.post("/videos", sent)
    assert admin.post("/videos", sent).status_code == 303
    assert admin.post("/videos", sent | {"seed": "8"}).status_code == 409
    assert VideoJob.objects.count() == 1


def test_unknown_names_never_reach_the_row(admin: Client, catalogue_model: CatalogueModel) -> None:
    admin.post("/videos", form(extra='{"a": 1}', user="7", model_path="/etc", seed="1"))
    assert VideoJob.objects.get().extra == {"seed": 1}


def test_changing_the_size_leaves_the_open_part_alone_and_another_server_replaces_it(
    admin: Client, sglang: CatalogueModel
) -> None:
    other = Provider.objects.create(
        name="O", slug="o", base_url="http://x/v1", dialect="litellm", proved_at=timezone.now()
    )
    other.catalogue_models.create(slug="m", model="m", label="M", sizes=["640x360"], seconds=["4"])
    page = admin.get("/").content.decode()
    key = re.search(r'name="advanced" value="(\w+)"', page)[1]
    choice = {"model": "sketch-1", "size": "640x360", "advanced": key}
    assert "composer-advanced" not in _of(admin, choice)
    changed = _of(admin, choice | {"model": "m", "seed": "7"})
    assert 'id="composer-advanced" open hx-swap-oob="true"' in changed
    assert 'name="seed" value="7"' in changed and 'name="fps"' not in changed


def _of(admin: Client, choice: dict[str, str]) -> str:
    text = admin.get("/composer/options", choice, headers=HTMX).content.decode()
    return text.replace("#composer-options, #composer-advanced", "")


def test_an_open_model_has_fields_for_ones_own_size_and_length(
    admin: Client, catalogue_model: CatalogueModel
) -> None:
    CatalogueModel.objects.update(open_sizes=True, open_seconds=True)
    assert {"own_size", "own_seconds"} <= _names(admin.get("/").content.decode())
    admin.post("/videos", form(own_size="800x450", own_seconds="5"))
    job = VideoJob.objects.get()
    assert (job.size, job.seconds) == ("800x450", "5")
    assert enabled_models()[0].takes_size("800x450")
