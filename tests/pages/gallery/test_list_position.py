"""A clip's page knows the list it was opened from: its neighbours there, and the way back."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from videos.gallery.composer.catalogue import forget_shown_models
from videos.models import JobStatus

pytestmark = pytest.mark.usefixtures("mirror_runs")


@pytest.fixture
def clips(make_job):
    """Five clips, the oldest first; only the first, third and fifth show a boat."""
    names = ("boat one", "a fox", "boat two", "a crane", "boat three")
    return [make_job(prompt=name, archived_at=timezone.now()) for name in names]


def links(response):
    """(back, previous, next) of a clip's page."""
    page = response.content.decode()
    nav = page[page.index('<nav class="list-position"') :]
    nav = nav[: nav.index("</nav>")].replace("&amp;", "&")
    urls = {key: url for url, key in re.findall(r'href="([^"]*)" data-key="(\w+)"', nav)}
    return urls["Escape"], urls.get("k", ""), urls.get("j", "")


def test_previous_and_next_stay_within_the_filtered_list(team, clips):
    client = client_of(team.owner)
    came_from = {"Referer": "http://testserver/?q=boat"}
    page = client.get(clips[2].get_absolute_url(), headers=came_from)
    back, previous, following = links(page)
    assert back == f"/?q=boat#clip-{clips[2].public_id}" and ">Results<" in html_of(page)
    list_query = f"?list={quote('/?q=boat', safe='')}"
    assert previous == clips[4].get_absolute_url() + list_query
    assert following == clips[0].get_absolute_url() + list_query
    # And from there on, whatever the browser says.
    back, previous, following = links(client.get(following))
    assert (back, following) == (f"/?q=boat#clip-{clips[0].public_id}", "")
    assert previous == clips[2].get_absolute_url() + list_query


@pytest.mark.parametrize("odd", ["//evil.example/", "https://evil.example/", "/settings", "x", ""])
def test_no_other_address_is_taken_for_a_list(team, clips, odd):
    client = client_of(team.owner)
    address = f"{clips[2].get_absolute_url()}?list={quote(odd, safe='')}"
    assert links(client.get(address))[0] == f"/#clip-{clips[2].public_id}"
    response = client.post(f"{clips[2].get_absolute_url()}/delete", {"list": odd})
    assert response["Location"] == f"/#clip-{clips[1].public_id}"


def test_deleting_from_a_clips_page_leads_to_the_next_one_of_the_list(team, clips):
    client = client_of(team.owner)
    url, listed = clips[2].get_absolute_url(), f"/?q=boat&before={clips[4].public_id}"
    page = client.get(url, headers={"Referer": f"http://testserver{listed}"}).content.decode()
    field = re.search(r'name="list" value="([^"]*)"', page)[1].replace("&amp;", "&")
    assert field == listed
    response = client.post(f"{url}/delete", {"list": field})
    assert response["Location"] == f"{listed}#clip-{clips[0].public_id}"
    # The last of a list leads to the one before it; the only one to the list itself.
    response = client.post(f"{clips[0].get_absolute_url()}/delete", {"list": "/?q=boat"})
    assert response["Location"] == f"/?q=boat#clip-{clips[4].public_id}"
    response = client.post(f"{clips[4].get_absolute_url()}/delete", {"list": "/?q=boat"})
    assert response["Location"] == "/?q=boat"


def test_deleting_a_selection_and_taking_it_back_keep_the_place(team, clips):
    client = client_of(team.owner)
    at = {"Referer": "http://testserver/?q=boat"}
    ids = [clips[4].public_id, clips[2].public_id]
    response = client.post("/delete", {"ids": ids}, headers=at)
    assert response["Location"] == f"/?q=boat#clip-{clips[0].public_id}"
    response = client.post("/undo", headers=at)
    assert response["Location"] == f"/?q=boat#clip-{clips[4].public_id}"


def test_the_expired_list_and_the_trash_are_places_as_well(team, make_job):
    now = timezone.now()
    older, newer = (make_job(expires_at=now - timedelta(minutes=each)) for each in (9, 2))
    client = client_of(team.owner)
    at = {"Referer": "http://testserver/cleanup/lost"}
    back, previous, following = links(client.get(older.get_absolute_url(), headers=at))
    assert back == f"/cleanup/lost#row-{older.public_id}" and not following
    assert previous.startswith(newer.get_absolute_url())
    response = client.post(f"{newer.get_absolute_url()}/delete", {"list": "/cleanup/lost"})
    assert response["Location"] == f"/cleanup/lost#row-{older.public_id}"
    back, previous, following = links(client.get(newer.get_absolute_url()))
    assert (back, previous, following) == (f"/cleanup/trash#row-{newer.public_id}", "", "")


def test_a_poll_of_the_page_keeps_the_list(team, make_job):
    job = make_job(status=JobStatus.IN_PROGRESS)
    client = client_of(team.owner)
    at = {"Referer": "http://testserver/?q=boat"}
    page = client.get(job.get_absolute_url(), headers=at).content.decode()
    status_url = re.search(r'hx-get="([^"]*/status\?[^"]*)"', page)[1].replace("&amp;", "&")
    job.status, job.version, job.finished_at = JobStatus.FAILED, 2, timezone.now()
    job.save()
    answer = client.get(status_url, headers=HTMX | {"HX-Current-URL": "http://testserver/videos/x"})
    assert 'name="list" value="/?q=boat"' in answer.content.decode()


def test_what_can_no_longer_be_made_is_shown_with_the_reason(team, make_job, catalogue_model):
    client = client_of(team.owner)
    gone = make_job(expires_at=timezone.now() - timedelta(minutes=1), archived_at=timezone.now())
    page = client.get(gone.get_absolute_url()).content.decode()
    assert page.count("no longer has this clip") == 3 and "formaction" not in page
    assert page.count("disabled") >= 3 and 'id="make-prompt"' not in page
    catalogue_model.enabled = False
    catalogue_model.save()
    forget_shown_models()
    page = client.get(make_job().get_absolute_url()).content.decode()
    assert "no longer available" in page and "formaction" not in page
    failed = client.get(make_job(status=JobStatus.FAILED).get_absolute_url()).content.decode()
    assert "Make from this clip" not in failed


@pytest.mark.parametrize("index", [0, 23, 24, 29, 47, 59])
@pytest.mark.parametrize("start", ["", "before", "after"])
def test_the_way_back_leads_to_a_page_that_has_the_clip(team, make_job, index, start):
    jobs = [make_job(prompt="boat") for _ in range(60)][::-1]
    client = client_of(team.owner)
    # The list was entered anywhere; from there one went on by key.
    cursor = f"&{start}={jobs[26].public_id}" if start else ""
    at = {"Referer": f"http://testserver/?q=boat{cursor}"}
    back = links(client.get(jobs[index].get_absolute_url(), headers=at))[0]
    assert back.startswith("/?q=boat") and back.endswith(f"#clip-{jobs[index].public_id}")
    assert f'id="card-{jobs[index].public_id}"' in html_of(client.get(back.split("#")[0]))


def test_a_decision_without_javascript_comes_back_to_its_clip(team, make_job):
    jobs = [make_job(archived_at=timezone.now()) for _ in range(40)][::-1]
    client = client_of(team.owner)
    posted = {"ids": jobs[30].public_id, "verdict": "approved", "list": "/"}
    back = client.post("/decide", posted)["Location"]
    assert back == f"/?before={jobs[26].public_id}#clip-{jobs[30].public_id}"
