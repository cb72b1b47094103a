"""Remix, edit and extend need more than the kind of server; seeds and fields follow its source."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.gallery_fixtures import picture
from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.derive import offered_operations
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit
from videos.models import CatalogueModel, Provider, VideoJob
from videos.provider.catalogue import read_models
from videos.provider.dialects import DIALECTS


@pytest.mark.parametrize("dialect", sorted(set(DIALECTS) - {"engine"}))
def test_what_no_test_has_proved_is_not_offered(
    make_job: Callable[..., VideoJob], dialect: str
) -> None:
    source = make_job()
    Provider.objects.update(dialect=dialect)
    source.provider.refresh_from_db()
    assert offered_operations(source.provider) == []
    for proof in ({"capabilities": {"edit": True}}, {"corrections": {"edit": True}}):
        Provider.objects.update(**({"capabilities": {}, "corrections": {}} | proof))
        source.provider.refresh_from_db()
        assert offered_operations(source.provider) == ["edit"]


def test_the_engine_needs_no_proof(make_job: Callable[..., VideoJob]) -> None:
    assert offered_operations(make_job().provider) == ["remix", "edit", "extend"]


def submission(**more: Any) -> Submission:
    return Submission(
        **{"prompt": "a", "model": "sketch-1", "size": "1280x720", "seconds": "4", "key": "k"}
        | more
    )


@pytest.mark.parametrize("dialect", ["sglang", "fastvideo"])
def test_where_all_clips_would_have_the_same_seed_one_is_sent(
    team: SimpleNamespace, catalogue_model: CatalogueModel, dialect: str
) -> None:
    Provider.objects.update(dialect=dialect)
    first, second = (submit(team.owner, submission(key=key)) for key in ("k1", "k2"))
    assert first.extra["seed"] != second.extra["seed"]
    # The same form again is the same request.
    assert submit(team.owner, submission(key="k1")).pk == first.pk
    assert submit(team.owner, submission(key="k3", extra={"seed": "5"})).extra == {"seed": 5}


@pytest.mark.parametrize("dialect", ["vllm-omni", "openai", "tensorrt-llm"])
def test_elsewhere_the_seed_is_left_to_the_server(
    team: SimpleNamespace, catalogue_model: CatalogueModel, dialect: str
) -> None:
    Provider.objects.update(dialect=dialect)
    assert submit(team.owner, submission()).extra == {}


FIELDS = {
    "fastvideo": {"negative_prompt": "x", "num_inference_steps": "4", "guidance_scale": "50",
                  "fps": "16", "num_frames": "81"},
    "tensorrt-llm": {"num_inference_steps": "4", "guidance_scale": "5", "num_frames": "81"},
    "vllm-omni": {"guidance_scale": "20", "generate_sound": "on"},
    "inferhub": {"negative_prompt": "x", "seed": "3"},
    "qvac": {"negative_prompt": "x", "seed": "3", "fps": "16"},
}  # fmt: skip


@pytest.mark.parametrize("dialect", FIELDS)
def test_each_kind_takes_the_fields_of_its_newest_source(
    team: SimpleNamespace, catalogue_model: CatalogueModel, dialect: str
) -> None:
    Provider.objects.update(dialect=dialect)
    job = submit(team.owner, submission(extra=FIELDS[dialect]))
    assert set(FIELDS[dialect]) <= set(job.extra)


@pytest.mark.parametrize(
    ("dialect", "more", "field"),
    [
        ("vllm-omni", {"extra": {"guidance_scale": "21"}}, "guidance_scale"),
        ("openai", {"extra": {"generate_sound": "on"}}, "generate_sound"),
        # Its forms, which a picture needs, have no such field.
        (
            "tensorrt-llm",
            {"extra": {"num_frames": "81"}, "reference": picture((1280, 720), "PNG")},
            "num_frames",
        ),
        ("inferhub", {"reference": picture((1280, 720), "PNG")}, "reference"),
    ],
)
def test_what_a_kind_would_refuse_or_lose_is_refused_here(
    team: SimpleNamespace,
    catalogue_model: CatalogueModel,
    dialect: str,
    more: dict[str, Any],
    field: str,
) -> None:
    Provider.objects.update(dialect=dialect)
    with pytest.raises(ValidationFailed) as caught:
        submit(team.owner, submission(**more))
    assert set(caught.value.errors) == {field}


@pytest.mark.parametrize(
    ("task", "makes_videos"),
    [("T2V", True), ("I2V", True), ("TI2V", True), ("T2I", False), ("I2I", False)],
)
def test_sglangs_words_for_its_task_are_understood(task: str, makes_videos: bool) -> None:
    models = read_models({"data": [{"id": "wan", "task_type": task}]})
    assert bool(models) == makes_videos


def test_settings_of_the_wire_are_on_the_providers_page(
    client: Client, team: SimpleNamespace, provider: Provider
) -> None:
    client.force_login(team.admin)
    page = client.get(f"/providers/{provider.slug}").content.decode()
    assert "JSON only" in page and "Seconds as a number" in page
