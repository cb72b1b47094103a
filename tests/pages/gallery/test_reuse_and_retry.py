"""Reuse and Retry carry a clip's own settings, and nothing that costs money is remembered."""

import re
from uuid import uuid4

import pytest

from tests.gallery_fixtures import HTMX, client_of, form, html_of, mirror_runs, picture  # noqa: F401
from videos.archive.uploads import references
from videos.models import CatalogueModel, JobStatus, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")


@pytest.fixture
def pricey_model(provider):
    """A second model, which costs money and takes other lengths."""
    return CatalogueModel.objects.create(
        provider=provider,
        slug="hd",
        model="hd",
        label="HD",
        sizes=["1920x1080", "720x1280"],
        seconds=["5", "10"],
        price_per_second={"*": "0.50"},
    )


def composer_of(response):
    page = html_of(response)
    return page[page.index('id="composer"') : page.index('id="filters"')]


def chosen(composer, name):
    """The chosen option of one select."""
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', composer, re.S)[0]
    return re.search(r'value="([^"]*)"[^>]*selected', select)[1]


def value_of(composer, name):
    return re.search(rf'name="{name}" value="([^"]*)"', composer)[1]


def test_reuse_brings_back_model_size_length_seed_and_prompt(team, pricey_model, make_job):
    job = make_job(prompt="a crane", model="hd", size="720x1280", seconds="10", extra={"seed": 77})
    client = client_of(team.owner)
    client.post("/videos", form())
    composer = composer_of(client.get(f"/?reuse={job.public_id}"))
    assert [chosen(composer, name) for name in ("model", "size", "seconds", "takes")] == [
        "hd", "720x1280", "10", "1"
    ]  # fmt: skip
    assert value_of(composer, "seed") == "77" and "a crane" in composer
    assert f'href="{job.get_absolute_url()}"' in composer and "Settings of" in composer
    assert "autofocus" in re.search(r"<textarea[^>]*>", composer)[0]


@pytest.mark.parametrize("status", JobStatus.values)
def test_every_clip_offers_reuse_and_only_one_without_a_result_offers_retry(team, make_job, status):
    page = html_of(client_of(team.teammate).get(make_job(status=status).get_absolute_url()))
    assert ">Reuse<" in page
    retries = status in (JobStatus.FAILED, JobStatus.CANCELLED)
    assert (">Retry<" in page) == retries
    viewer = html_of(client_of(team.viewer).get(VideoJob.objects.get().get_absolute_url()))
    assert ">Reuse<" not in viewer and ">Retry<" not in viewer


def test_settings_that_cannot_be_had_any_more_are_left_to_be_chosen(team, pricey_model, make_job):
    client = client_of(team.owner)
    gone = make_job(model="withdrawn", size="1280x720")
    composer = composer_of(client.get(f"/?reuse={gone.public_id}"))
    assert chosen(composer, "model") == "" and "isn&#x27;t offered any more" in composer
    assert "Free" not in composer
    odd = make_job(model="hd", size="999x999", seconds="7")
    composer = composer_of(client.get(f"/?reuse={odd.public_id}"))
    assert [chosen(composer, name) for name in ("model", "size", "seconds")] == ["hd", "", ""]
    assert "999×999" in composer and "$" not in composer
    # And pressed like that, it is refused with the note still there.
    sent = form(model="hd", size="", seconds="", reuse=odd.public_id)
    response = client.post("/videos", sent, headers=HTMX)
    assert response.status_code == 422 and b"Settings of" in response.content


def test_the_reference_goes_along_unchanged_or_fitted_to_another_size(team, make_job, provider):
    provider.corrections = {"reference": True}
    provider.save()
    job = make_job(status=JobStatus.FAILED)
    png = picture((1280, 720))
    job.reference = references.keep([job.public_id], png)[0]
    job.save()
    client = client_of(team.owner)
    composer = composer_of(client.get(f"/?reuse={job.public_id}"))
    assert re.search(rf'name="reference_of" value="{job.public_id}" checked', composer)
    for size in ("1280x720", "640x360"):
        client.post("/videos", form(size=size, reuse=job.public_id, reference_of=job.public_id))
        new_job = VideoJob.objects.latest("pk")
        assert (references.stored_bytes(new_job.reference) == png) == (size == "1280x720")
        assert references.stored_bytes(new_job.reference)
    client.post("/videos", form(reuse=job.public_id))
    assert not VideoJob.objects.latest("pk").reference


def test_takes_go_back_to_one_and_a_reused_model_is_not_remembered(team, pricey_model, make_job):
    client = client_of(team.owner)
    page = client.post("/videos", form(takes="5"), headers=HTMX).content.decode()
    assert chosen(page, "takes") == "1"
    assert chosen(composer_of(client.get("/")), "takes") == "1"
    batch = client.get("/batch").content.decode()
    assert chosen(batch, "takes") == "1"
    job = make_job(model="hd", size="1920x1080", seconds="10")
    sent = form(model="hd", size="1920x1080", seconds="10", reuse=job.public_id)
    response = client.post("/videos", sent, headers=HTMX)
    assert response["HX-Replace-Url"] == "/"
    assert chosen(response.content.decode(), "model") == "sketch-1"
    assert VideoJob.objects.latest("pk").model == "hd"


def test_retry_asks_for_the_very_same_once(team, make_job):
    failed = make_job(
        status=JobStatus.FAILED, prompt="a crane", size="640x360", seconds="8", extra={"seed": 5}
    )
    client, key = client_of(team.teammate), uuid4().hex
    for _ in range(2):
        response = client.post(f"/videos/{failed.public_id}/retry", {"key": key})
    retry = VideoJob.objects.exclude(pk=failed.pk).get()
    assert response["Location"] == f"{retry.get_absolute_url()}#status"
    same = ("prompt", "model", "size", "seconds", "extra", "provider_id")
    assert all(getattr(retry, name) == getattr(failed, name) for name in same)
    assert retry.maker == team.teammate and retry.takes == 1


def test_retry_of_what_is_not_offered_any_more_buys_nothing_and_says_why(
    team, make_job, catalogue_model
):
    failed = make_job(status=JobStatus.FAILED)
    CatalogueModel.objects.update(enabled=False)
    client = client_of(team.owner)
    response = client.post(f"/videos/{failed.public_id}/retry", {"key": "k"})
    assert response["Location"] == f"/?reuse={failed.public_id}"
    finished = make_job()
    client.post(f"/videos/{finished.public_id}/retry", {"key": "k"})
    assert VideoJob.objects.count() == 2
    viewer = client_of(team.viewer).post(f"/videos/{failed.public_id}/retry", {"key": "k"})
    assert viewer.status_code == 403


def test_the_default_shape_is_that_of_the_last_clip_else_landscape(team, provider, pricey_model):
    pricey_model.sizes = ["720x720", "1080x1920", "1920x1080"]
    pricey_model.save()
    client = client_of(team.owner)
    ask = {"model": "hd", "seconds": "5", "advanced": "none"}
    options = client.get("/composer/options", ask | {"size": "720x1280"}).content.decode()
    assert chosen(options, "size") == "1080x1920"
    options = client.get("/composer/options", ask | {"size": "free"}).content.decode()
    assert chosen(options, "size") == "1920x1080"
