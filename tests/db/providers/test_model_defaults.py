"""What a new provider's models may be asked for where its list of models tells nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.provider_fixtures import model
from tests.unit.provider.test_probe_families import sglang
from tests.upstream.control import Upstream
from videos.models import CatalogueModel, Provider
from videos.provider.dialects import DIALECTS

Add = Callable[..., Provider]
GoRound = Callable[[], None]
FOUR = ["1280x720", "720x1280", "1792x1024", "1024x1792"]
HD = ["1280x720", "720x1280"]
FULL_HD = ["1920x1080", "1080x1920"]
SMALL = ["832x480", "480x832"]
FIVE = ["5", "4", "3", "2"]
ENDED, MAPPED = date(2026, 9, 24), date(2026, 11, 27)

# Kind, model → sizes, lengths, whether others may be typed, the price of the first and the last.
TABLE: list[tuple[str, str, list[str], list[str], bool, tuple[str, str] | None, date | None]] = [
    ("engine", "sketch-9", FOUR, ["4", "8", "12"], False, None, None),
    ("openai", "sora-2", HD, ["4", "8", "12", "16", "20"], False, ("0.10", "0.10"), ENDED),
    ("openai", "openai/sora-2-pro-2025-10-06", [*FOUR, *FULL_HD], ["4", "8", "12", "16", "20"],
     False, ("0.30", "0.70"), ENDED),
    ("openai", "some-video", FOUR, ["4", "8", "12"], False, None, None),
    ("litellm", "veo-3.1", [*HD, *FULL_HD], ["4", "6", "8"], False, ("0.40", "0.40"), MAPPED),
    ("litellm", "gemini/veo-3.1-fast-generate-preview", [*HD, *FULL_HD], ["4", "6", "8"], False,
     ("0.10", "0.12"), MAPPED),
    ("litellm", "veo-3.1-lite-generate-001", [*HD, *FULL_HD], ["4", "6", "8"], False,
     ("0.05", "0.08"), MAPPED),
    ("litellm", "wan2.7-t2v", [*HD, *FULL_HD], ["5", "10", "15"], False, ("0.10", "0.15"), MAPPED),
    ("litellm", "minimax/MiniMax-H3", HD, ["5", "10", "15"], False, ("0.08", "0.08"), MAPPED),
    ("litellm", "sora-2", HD, ["4", "8", "12", "16", "20"], False, ("0.10", "0.10"), ENDED),
    ("litellm", "wan-2.2", [*SMALL, *HD], FIVE, True, None, None),
    ("litellm", "kling", FOUR, ["4", "8", "12"], False, None, None),
    ("sglang", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", SMALL, FIVE, True, None, None),
    ("vllm-omni", "Wan-AI/Wan2.2-T2V-A14B-Diffusers", [*SMALL, *HD], FIVE, True, None, None),
    ("tensorrt-llm", "Wan-AI/Wan2.2-TI2V-5B-Diffusers", ["1280x704", "704x1280"], FIVE, True,
     None, None),
    ("fastvideo", "hunyuanvideo-community/HunyuanVideo", [*HD, "960x544", "544x960"], FIVE, True,
     None, None),
    ("new-api", "sora-2", FOUR, ["4", "8", "12"], False, None, None),
    ("aquiles", "wan2.2", FOUR, ["4", "8", "12"], False, None, None),
    ("inferhub", "wan-t2v", [*SMALL, *HD], FIVE, True, None, None),
    ("merge", "minimax/minimax-h3", FOUR, ["4", "8", "12"], False, None, None),
    ("llmgateway", "veo-3.1", [*HD, *FULL_HD], ["4", "6", "8"], False, None, None),
    ("llmgateway", "kling-v3.0", FOUR, ["4", "8", "12"], False, None, None),
    ("qvac", "wan-2.1", [*SMALL, *HD], FIVE, True, None, None),
    ("azure", "our-sora-2", FOUR, ["4", "8", "12"], False, None, None),
]  # fmt: skip


@pytest.fixture
def read(add: Add, upstream: Upstream, go_round: GoRound) -> Callable[..., CatalogueModel]:
    """A provider of this kind, new, whose list names this model and tells nothing of it."""

    def read(kind: str, name: str, **more: Any) -> CatalogueModel:
        upstream.settings(models=[{"id": name, "object": "model", **more}])
        provider = add(base_url=upstream.base_url, dialect=kind)
        go_round()
        go_round()
        return provider.catalogue_models.get()

    return read


@pytest.mark.parametrize(
    ("kind", "name", "sizes", "seconds", "is_open", "prices", "priced_on"),
    TABLE,
    ids=[f"{kind} {name}" for kind, name, *_ in TABLE],
)
def test_a_new_provider_offers_what_its_kind_is_asked_for(
    read: Callable[..., CatalogueModel],
    kind: str,
    name: str,
    sizes: list[str],
    seconds: list[str],
    is_open: bool,
    prices: tuple[str, str] | None,
    priced_on: date | None,
) -> None:
    catalogue_model = read(kind, name)
    assert (catalogue_model.sizes, catalogue_model.seconds) == (sizes, seconds)
    assert (catalogue_model.open_sizes, catalogue_model.open_seconds) == (is_open, is_open)
    model_prices = [catalogue_model.price(size, "1") for size in (sizes[0], sizes[-1])]
    assert [each and f"{each:.2f}" for each in model_prices] == list(prices or (None, None))
    assert catalogue_model.priced_on == priced_on


def test_every_kind_of_server_is_in_the_table() -> None:
    # OpenRouter tells all of it itself.
    assert {kind for kind, *_ in TABLE} == set(DIALECTS) - {"openrouter"}


def test_who_adds_a_server_of_ones_own_may_type_a_size_and_sees_no_made_up_price(
    admin: Client, read: Callable[..., CatalogueModel]
) -> None:
    read("sglang", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers")
    page = admin.get("/").content.decode()
    page = page[page.index('id="composer"') : page.index('id="filters"')]
    assert 'value="832x480"' in page and "1792x1024" not in page
    assert 'name="own_size"' in page and 'name="own_seconds"' in page
    assert "Price unknown" in page and "Free" not in page


def test_the_last_published_price_is_shown_with_its_day(
    admin: Client, read: Callable[..., CatalogueModel]
) -> None:
    read("openai", "sora-2")
    assert "$0.40, as of 24 Sep 2026" in admin.get("/").content.decode()


def test_what_the_server_tells_wins(read: Callable[..., CatalogueModel]) -> None:
    video = {"sizes": ["640x360"], "seconds": ["6"], "price_per_second": {"*": "0.2"}}
    catalogue_model = read("sglang", "wan", video=video)
    assert (catalogue_model.sizes, catalogue_model.seconds) == (["640x360"], ["6"])
    assert not catalogue_model.open_sizes and not catalogue_model.open_seconds
    assert (
        catalogue_model.price_per_second == {"*": "0.2"} and catalogue_model.priced_on is not None
    )


def test_what_an_admin_edited_is_left_alone_until_he_takes_it_back(
    admin: Client, read: Callable[..., CatalogueModel], go_round: GoRound
) -> None:
    catalogue_model = read("sglang", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers")
    edit = f"/providers/{catalogue_model.provider.slug}/models/{catalogue_model.pk}"
    ours = model(model=catalogue_model.model, sizes="640x640", seconds="6", price_per_second="* 0")
    assert admin.post(edit, ours).status_code == 303
    admin.post(f"/providers/{catalogue_model.provider.slug}/models/read")
    go_round()
    catalogue_model.refresh_from_db()
    assert (catalogue_model.sizes, catalogue_model.seconds, catalogue_model.open_sizes) == (
        ["640x640"],
        ["6"],
        False,
    )
    assert catalogue_model.price_per_second == {"*": "0"}
    admin.post(f"{edit}/reset")
    go_round()
    catalogue_model.refresh_from_db()
    assert (
        catalogue_model.sizes,
        catalogue_model.open_sizes,
        catalogue_model.price_per_second,
    ) == (SMALL, True, {})


def test_what_the_test_finds_out_is_offered_although_the_list_was_read_before(
    add: Add, upstream: Upstream, go_round: GoRound
) -> None:
    sglang(upstream)
    provider = add(base_url=upstream.base_url)
    for _ in range(3):
        go_round()
    provider.refresh_from_db()
    assert provider.dialect == "sglang"
    assert provider.catalogue_models.get().sizes == [*SMALL, *HD]
