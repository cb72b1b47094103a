"""A prompt becomes one clip, and a refused form keeps everything that was typed."""

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.gallery_fixtures import (  # noqa: F401
    HTMX,
    client_of,
    form,
    html_of,
    mirror_runs,
    picture,
    press_twenty_times,
    unfinished_on,
)
from videos.models import CatalogueModel, JobStatus, Origin, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")


def value_of(page, name):
    """What a hidden or text field of a page holds."""
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


def test_the_composer_offers_the_catalogue_with_speaking_labels(team):
    page = client_of(team.owner).get("/").content.decode()
    for text in ("1280×720 · landscape", "720×1280 · portrait", "4 seconds", ">Sketch<"):
        assert text in page
    for label in ("Prompt", "Model", "Size", "Seconds"):
        assert re.search(rf"<label[^>]*>{label}</label>", page)
    assert ">Generate<" in page


def test_a_viewer_sees_no_composer_and_cannot_submit(team):
    client = client_of(team.viewer)
    page = client.get("/").content
    assert b'id="composer"' not in page and b"composer-go" not in page
    response = client.post("/videos", form())
    assert response.status_code == 403 and "“Generate clips”" in response.content.decode()
    assert not VideoJob.objects.exists()


def test_before_any_model_is_known_the_page_says_whom_it_waits_for(team, catalogue_model):
    CatalogueModel.objects.all().delete()
    client = client_of(team.owner)
    assert b"Connecting to Engine" in client.get("/").content
    assert client.post("/videos", form()).status_code == 303
    assert not VideoJob.objects.exists()


def test_submitting_without_javascript_leads_back_to_the_gallery_with_the_card(team):
    client = client_of(team.owner)
    key = value_of(client.get("/"), "key")
    response = client.post("/videos", form(key=key), follow=True)
    assert response.redirect_chain == [("/", 303)]
    assert b"a fox in snow" in response.content and b"Queued." in response.content
    assert b"Queued." not in client.get("/").content
    job = VideoJob.objects.get()
    assert (job.maker, job.status, job.size) == (team.owner, JobStatus.SUBMITTING, "1280x720")


def test_htmx_gets_the_card_a_fresh_form_and_a_toast(team):
    client = client_of(team.owner)
    sent = form(size="720x1280", seconds="8")
    response = client.post("/videos", sent, headers=HTMX)
    page = response.content.decode()
    job = VideoJob.objects.get(submission_key=sent["key"])
    assert response.status_code == 200 and 'hx-swap-oob="afterend:#newest"' in page
    assert f'id="card-{job.public_id}"' in page and "Queued." in page
    assert unfinished_on(response).startswith(f"{job.public_id}.1")
    # What stands in the form of the composer, which itself stays where it is.
    composer = page[: page.index('id="card-')]
    assert "<form" not in composer and "a fox" not in composer
    assert value_of(response, "key") != sent["key"]
    assert re.search(r'value="720x1280" selected', composer)
    assert re.search(r'value="8" selected', composer)


def test_the_last_choices_are_remembered(team):
    client = client_of(team.owner)
    client.post("/videos", form(size="640x360", seconds="8"))
    page = client.get("/").content.decode()
    assert re.search(r'value="640x360" selected', page) and re.search(r'value="8" selected', page)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_same_form_twice_is_the_same_clip(team, headers):
    client = client_of(team.owner)
    sent = form()
    first, second = (client.post("/videos", sent, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == (200 if headers else 303)
    job = VideoJob.objects.get()
    assert not headers or f"card-{job.public_id}".encode() in second.content


def test_a_double_click_without_javascript_is_answered_once(team):
    client, sent = client_of(team.owner), form()
    for _ in range(2):
        assert client.post("/videos", sent).status_code == 303
    assert client.get("/").content.count(b"<p>Queued.</p>") == 1


def test_a_used_form_with_another_prompt_is_a_conflict_and_gets_a_fresh_key(team):
    client = client_of(team.owner)
    sent = form()
    client.post("/videos", sent)
    response = client.post("/videos", sent | {"prompt": "another idea"}, headers=HTMX)
    assert response.status_code == 409
    assert b"already used" in response.content and b"another idea" in response.content
    fresh = value_of(response, "key")
    assert fresh != sent["key"] and VideoJob.objects.count() == 1
    again = client.post("/videos", sent | {"prompt": "another idea", "key": fresh})
    assert again.status_code == 303 and VideoJob.objects.count() == 2


def test_another_members_key_does_not_reach_their_clip(team):
    sent = form()
    client_of(team.owner).post("/videos", sent)
    client_of(team.teammate).post("/videos", sent | {"prompt": "mine"})
    assert {job.maker for job in VideoJob.objects.all()} == {team.owner, team.teammate}


BAD = [
    ({"prompt": ""}, "Enter a prompt"),
    ({"prompt": "  \n "}, "Enter a prompt"),
    ({"prompt": "x" * 32_001}, "32,001 characters"),
    ({"prompt": "a\x07b"}, "control character"),
    ({"prompt": "a\x00b"}, "Null characters are not allowed"),
    ({"model": "sora-2"}, "Available: sketch-1"),
    ({"model": ""}, "Available: sketch-1"),
    ({"size": "9999x9999"}, "1280x720, 720x1280, 640x360"),
    ({"size": "0x0"}, "1280x720"),
    ({"seconds": "5"}, "offers these lengths in seconds: 4, 8."),
    ({"seconds": "-4"}, "offers these lengths in seconds: 4, 8."),
    ({"key": ""}, "Reload the page"),
    ({"key": "k" * 500}, "Reload the page"),
    ({"key": "é"}, "Reload the page"),
]


@pytest.mark.parametrize(("fields", "message"), BAD)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_had_is_said_in_the_form_and_nothing_typed_is_lost(
    team, fields, message, headers
):
    sent = form(prompt="a very long story") | fields
    response = client_of(team.owner).post("/videos", sent, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422 and message in page
    assert ("<html" in page) == (not headers)
    assert "prompt" in fields or "a very long story" in page
    assert not VideoJob.objects.exists()


def test_a_refused_key_is_replaced_so_that_the_next_press_works(team):
    client = client_of(team.owner)
    response = client.post("/videos", form(key=""), headers=HTMX)
    assert client.post("/videos", form(key=value_of(response, "key"))).status_code == 303


def test_fields_that_are_missing_repeated_or_made_up_are_no_fault(team):
    client = client_of(team.owner)
    assert client.post("/videos", {}).status_code == 422
    assert client.post("/videos", b"\xff\xfe", content_type="text/plain").status_code == 422
    sent = form(maker=team.admin.pk, status="completed", progress="100", price="0.01")
    client.post("/videos", sent | {"size": ["640x360", "1280x720"]})
    job = VideoJob.objects.get()
    assert (job.maker, job.status, job.progress) == (team.owner, JobStatus.SUBMITTING, 0)


def test_a_price_is_shown_before_it_is_spent(team, catalogue_model):
    client = client_of(team.owner)
    catalogue_model.price_per_second = {"1280x720": "0.10", "*": "0.0125"}
    catalogue_model.save()
    chosen = {"model": "sketch-1", "size": "1280x720", "seconds": "8"}
    assert b"$0.80" in client.get("/composer/options", chosen, headers=HTMX).content
    small = chosen | {"size": "640x360", "seconds": "4"}
    assert b"$0.05" in client.get("/composer/options", small, headers=HTMX).content
    client.post("/videos", form())
    assert VideoJob.objects.get().price == Decimal("0.40")


def test_an_unknown_price_and_a_free_clip_are_said_in_words(team, catalogue_model, provider):
    client = client_of(team.owner)
    assert b">Free<" in client.get("/composer/options", headers=HTMX).content
    provider.origin = Origin.ENGINE
    provider.save()
    assert "Free, made on this machine" in client.get("/").content.decode()
    catalogue_model.price_per_second = {}
    catalogue_model.save()
    assert b"Price unknown" in client.get("/composer/options", headers=HTMX).content


def test_another_model_brings_its_own_sizes_and_lengths(team, provider):
    CatalogueModel.objects.create(
        provider=provider, slug="wide", model="wide", label="Wide", sizes=["1792x1024"],
        seconds=["16"],
    )  # fmt: skip
    chosen = {"model": "wide", "size": "1280x720", "seconds": "4"}
    page = client_of(team.owner).get("/composer/options", chosen, headers=HTMX).content.decode()
    assert "1792×1024" in page and "16 seconds" in page and "1280×720" not in page


def test_a_reference_image_is_kept_with_the_clip(team, settings):
    upload = SimpleUploadedFile("a.png", picture(), "image/png")
    client_of(team.owner).post("/videos", form(reference=upload))
    job = VideoJob.objects.get()
    assert (settings.ARCHIVE_DIR / job.reference).read_bytes().startswith(b"\x89PNG")


def test_a_bad_reference_image_is_said_in_place_and_the_prompt_stays(team):
    upload = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")
    response = client_of(team.owner).post("/videos", form(reference=upload), headers=HTMX)
    assert response.status_code == 422
    assert b"a PNG, JPEG or WebP image" in response.content and b"a fox in snow" in response.content
    assert not VideoJob.objects.exists()


def test_a_body_far_beyond_the_limit_is_refused_before_it_is_read(team, settings):
    settings.REFERENCE_MAX_BYTES = 1000
    client = client_of(team.owner)
    slightly = SimpleUploadedFile("a.png", b"x" * 1100, "image/png")
    assert client.post("/videos", form(reference=slightly), headers=HTMX).status_code == 422
    vastly = SimpleUploadedFile("a.png", b"x" * 5000, "image/png")
    response = client.post("/videos", form(reference=vastly))
    assert response.status_code == 413 and b"too large" in response.content


def test_a_body_of_thousands_of_parts_is_refused(team):
    client = client_of(team.owner)
    assert client.post("/videos", {f"f{n}": "x" for n in range(5100)}).status_code == 400
    assert client.post("/delete", {"ids": ["x"] * 5100}).status_code == 400


def test_a_chosen_file_survives_an_error_elsewhere_in_the_form(team):
    client = client_of(team.owner)
    assert b"hx-preserve" in client.post("/videos", form(prompt=""), headers=HTMX).content
    assert b"hx-preserve" not in client.post("/videos", form(), headers=HTMX).content


def test_one_button_makes_a_dozen_samples_and_only_for_nothing(team, catalogue_model):
    client = client_of(team.owner)
    response = client.post("/samples", follow=True)
    assert VideoJob.objects.count() == 12 and b"12 sample clips" in response.content
    catalogue_model.price_per_second = {"*": "0.10"}
    catalogue_model.save()
    assert b"No model is free" in client.post("/samples", follow=True).content
    assert VideoJob.objects.count() == 12


def test_a_prompt_can_be_taken_up_again(team, make_job):
    job = make_job(status=JobStatus.FAILED, prompt="the old idea, better")
    address = f"/?reuse={job.public_id}"
    assert ">Reuse<" in html_of(client_of(team.teammate).get(job.get_absolute_url()))
    page = client_of(team.teammate).get(address).content.decode()
    assert "the old idea, better" in page[page.index('id="composer"') : page.index('id="results"')]
    for odd in ("x", "video_" + "0" * 32, "%00"):
        assert client_of(team.owner).get(f"/?reuse={odd}").status_code == 200


def test_forms_without_the_token_change_nothing(team):
    client = Client(enforce_csrf_checks=True)
    client.force_login(team.owner)
    response = client.post("/videos", form())
    assert response.status_code == 403 and b"form has expired" in response.content
    assert not VideoJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_are_one_clip(team, catalogue_model):
    answers = press_twenty_times(team.owner, "/videos", form())
    assert answers == [303] * 20 and VideoJob.objects.count() == 1


def test_methods_that_are_not_offered_are_405(team, make_job):
    job = make_job()
    client = client_of(team.owner)
    one = {"public_id": job.public_id}
    for name, kwargs in (
        ("submit", {}), ("samples", {}), ("delete_selected", {}), ("undo_delete", {}),
        ("cleanup_delete", {}), ("trash_empty", {}), ("video_delete", one),
        ("video_restore", one), ("video_resolve", one), ("trash_purge", one),
    ):  # fmt: skip
        assert client.get(reverse(name, kwargs=kwargs)).status_code == 405, name
    for name, kwargs in (
        ("gallery", {}), ("poll", {}), ("composer_options", {}), ("cleanup", {}), ("trash", {}),
        ("video_detail", one), ("video_status", one), ("healthz", {}), ("readyz", {}),
    ):  # fmt: skip
        assert client.post(reverse(name, kwargs=kwargs)).status_code == 405, name
