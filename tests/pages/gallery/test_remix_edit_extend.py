"""A clip's page offers what its provider can make from it, each with its price."""

import html
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.models import CatalogueModel, JobStatus, Provider, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs")


def page_of(member: Any, job: VideoJob) -> str:
    return html.unescape(html_of(client_of(member).get(job.get_absolute_url())))


def operations(page: str) -> list[str]:
    """The names of the buttons, in their order."""
    return re.findall(r'formaction="/videos/\w+/(\w+)"', page)


def correct(**abilities: bool) -> None:
    Provider.objects.update(corrections=abilities)


def test_only_what_the_provider_offers_is_there(team, make_job):
    job = make_job()
    assert operations(page_of(team.owner, job)) == ["remix", "edit", "extend"]
    correct(edit=False, extend=False)
    page = page_of(team.owner, job)
    assert operations(page) == ["remix"] and 'name="seconds"' not in page
    correct(remix=False, edit=False, extend=False)
    page = page_of(team.owner, job)
    assert not operations(page) and "Make from this clip" not in page
    assert ">Reuse<" in page


def test_each_has_its_price_before_it_is_spent(team, make_job):
    CatalogueModel.objects.update(price_per_second={"*": "0.10"})
    page = page_of(team.owner, make_job())
    assert page.count("$0.40</span>") == 2
    lengths = re.findall(r'<option value="(\d+)">([^<]+)</option>', page)
    assert ("4", "4 more, 8 in total · $0.40") in lengths
    assert ("8", "8 more, 12 in total · $0.80") in lengths


def test_free_and_unknown_prices_are_said_too(team, make_job):
    job = make_job()
    assert page_of(team.owner, job).count('<span class="quiet">Free</span>') == 3
    CatalogueModel.objects.update(price_per_second={})
    caches["cards"].clear()  # a page may be some seconds behind
    assert page_of(team.owner, job).count("Price unknown</span>") == 3


@pytest.mark.parametrize("operation", ["remix", "edit", "extend"])
def test_a_button_makes_a_clip_and_both_tell_of_each_other(team, make_job, operation):
    CatalogueModel.objects.update(price_per_second={"*": "0.10"})
    source, client = make_job(archived_at=timezone.now()), client_of(team.teammate)
    page = client.get(source.get_absolute_url()).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    sent = {"prompt": "the same at night", "key": key, "seconds": "8", "size": "640x360"}
    response = client.post(f"/videos/{source.public_id}/{operation}", sent)
    job = VideoJob.objects.get(source=source)
    assert (
        response.status_code == 303 and response["Location"] == f"{job.get_absolute_url()}#status"
    )
    assert (job.operation, job.size, job.maker) == (operation, "1280x720", team.teammate)
    length, price = ("12", "0.8000") if operation == "extend" else ("4", "0.4000")
    assert (job.seconds, str(job.price)) == (length, price)
    how = {"remix": "Remix", "edit": "Edit", "extend": "Extension"}[operation]
    # The tree is the same on both pages; each marks its own clip.
    for seen, other in ((job, source), (source, job)):
        page = page_of(team.viewer, seen)
        tree = page[page.index('class="tree"') :][:3000]
        assert f"<span>{how}</span>" in tree and "This clip" in tree
        assert other.get_absolute_url() in tree and other.prompt in page
    # A second press is the same clip; another button with the same form is another.
    assert client.post(f"/videos/{source.public_id}/{operation}", sent).status_code == 303
    assert VideoJob.objects.filter(source=source).count() == 1
    other = "edit" if operation != "edit" else "remix"
    assert client.post(f"/videos/{source.public_id}/{other}", sent).status_code == 303
    assert VideoJob.objects.filter(source=source).count() == 2
    changed = client.post(f"/videos/{source.public_id}/{operation}", sent | {"prompt": "x"})
    assert changed.status_code == 409


def test_an_extension_says_what_it_added_and_what_that_cost(team, make_job):
    job = make_job(
        operation="extend", added_seconds="4", seconds="12", price=Decimal("0.4"), source=make_job()
    )
    page = page_of(team.viewer, job)
    assert "12, the last 4 added" in page and "$0.40, for the seconds added" in page


@pytest.mark.parametrize("operation", ["remix", "edit", "extend"])
def test_what_is_wrong_is_said_in_place_and_nothing_typed_is_lost(team, make_job, operation):
    source = make_job()
    url = f"/videos/{source.public_id}/{operation}"
    client = client_of(team.owner)
    response = client.post(url, {"prompt": "", "key": "k", "seconds": "4"})
    assert response.status_code == 422 and b"Enter a prompt" in response.content
    response = client.post(url, {"prompt": "kept words", "key": "", "seconds": "4"})
    assert response.status_code == 422 and b"kept words" in response.content
    assert not VideoJob.objects.filter(source=source).exists()


@pytest.mark.parametrize("seconds", ["", "5", "-4", "4.0", "x"])
def test_a_length_that_is_not_offered_is_refused_beside_it(team, make_job, seconds):
    source = make_job()
    sent = {"prompt": "on", "key": "k", "seconds": seconds}
    response = client_of(team.owner).post(f"/videos/{source.public_id}/extend", sent)
    page = response.content.decode()
    assert response.status_code == 422 and "offers these lengths in seconds: 4, 8." in page
    assert re.search(r'id="make-seconds"[^>]*aria-invalid="true"', page)


@pytest.mark.parametrize("operation", ["edit", "extend"])
def test_what_is_not_offered_leads_to_the_prompt(team, make_job, operation):
    past, client = timezone.now() - timedelta(minutes=1), client_of(team.owner)
    for job in (make_job(expires_at=past), make_job(status=JobStatus.FAILED)):
        assert not operations(page_of(team.owner, job))
        sent = {"prompt": "x", "key": "k", "seconds": "4"}
        response = client.post(f"/videos/{job.public_id}/{operation}", sent)
        assert response["Location"] == f"/?reuse={job.public_id}"
    correct(edit=False, extend=False)
    response = client.post(f"/videos/{make_job().public_id}/{operation}", {"prompt": "x"})
    assert response["Location"].startswith("/?reuse=")
    assert not VideoJob.objects.exclude(source=None).exists()


def test_a_stitched_clip_may_be_made_into_others_whatever_lengths_are_offered(team, make_job):
    """Its length is its own; only what an extension adds is chosen from the model's."""
    job = make_job(operation="extend", added_seconds="8", seconds="28", source=make_job())
    assert operations(page_of(team.owner, job)) == ["remix", "edit", "extend"]
    sent = {"prompt": "x", "key": "k"}
    assert client_of(team.owner).post(f"/videos/{job.public_id}/edit", sent).status_code == 303
    assert VideoJob.objects.get(source=job).seconds == "28"


def test_viewers_see_no_form(team, make_job):
    page = page_of(team.viewer, make_job())
    assert not operations(page) and "Make from this clip" not in page
