"""Filters are kept under a name, for oneself or the team."""

import re

import pytest

from tests.gallery_fixtures import HTMX, client_of, mirror_runs  # noqa: F401
from videos.models import SavedView, VideoJob
from videos.review.labels import add_tags

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def save(client, **fields):
    return client.post(
        "/views", {"name": "To do", "query": "decision=to_review&status=completed"} | fields
    )


def test_a_view_opens_the_filters_again(team):
    client = client_of(team.owner)
    save(client)
    view = SavedView.objects.get()
    assert view.query == "status=completed&decision=to_review"
    assert f'href="/?{view.query.replace("&", "&amp;")}"' in client.get("/").content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_form_of_the_page_saves_what_the_page_shows(team, headers):
    client = client_of(team.owner)
    page = client.get("/?q=boat&decision=approved", headers=headers).content.decode()
    form = page.partition('id="view-save"')[2]
    query = re.search(r'name="query" value="([^"]+)"', form)[1]
    save(client, query=query.replace("&amp;", "&"))
    assert SavedView.objects.get().query == "q=boat&decision=approved"
    assert "Save view" not in client.get("/").content.decode()


def test_a_view_is_ones_own_until_it_is_for_the_team(team):
    save(client_of(team.owner), name="Mine")
    save(client_of(team.owner), name="Ours", for_team="1")
    page = client_of(team.teammate).get("/").content.decode()
    assert "Ours" in page and ">Mine<" not in page


def test_the_same_name_again_replaces_the_view(team):
    client = client_of(team.owner)
    save(client)
    save(client, query="decision=approved")
    assert SavedView.objects.get().query == "decision=approved"


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "x" * 61}, {"query": "nothing=1"}])
def test_a_view_without_name_or_filter_is_not_saved(team, fields):
    assert save(client_of(team.owner), **fields).status_code in (302, 303)
    assert not SavedView.objects.exists()


def test_a_viewers_view_is_their_own(team):
    save(client_of(team.viewer), for_team="1")
    assert SavedView.objects.get().for_team is False


def test_views_of_others_cannot_be_deleted_but_an_admin_may_delete_the_teams(team):
    save(client_of(team.owner), for_team="1")
    pk = SavedView.objects.get().pk
    assert client_of(team.teammate).post(f"/views/{pk}/delete").status_code == 404
    client_of(team.admin).post(f"/views/{pk}/delete")
    assert not SavedView.objects.exists()


def test_a_name_is_text(team):
    client = client_of(team.owner)
    save(client, name="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in client.get("/").content.decode()


def test_tags_are_completed(team, make_job):
    make_job()
    add_tags(team.owner, VideoJob.objects.all(), "Night shot, Noon, Fog")
    client = client_of(team.owner)
    assert client.get("/tags?tag=%23N").content.decode().count("<option") == 2
    assert 'value="fog, Noon"' in client.get("/tags?tags=fog,+noo").content.decode()
