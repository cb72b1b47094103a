"""A new clip joins the project chosen in the composer, which is remembered there."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from tests.gallery_fixtures import HTMX, client_of, form, mirror_runs  # noqa: F401
from videos.models import VideoJob
from videos.review.labels import archive_project, create_project

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs", "catalogue_model")]


@pytest.fixture
def film(team):
    project = create_project(team.owner, "Harbour film")
    caches["cards"].clear()
    return project


def test_without_projects_there_is_nothing_to_choose(team):
    page = client_of(team.owner).get("/").content.decode()
    assert 'id="id_project"' not in page


def test_a_clip_joins_the_project_and_the_next_one_too(team, film):
    client = client_of(team.owner)
    assert 'id="id_project"' in client.get("/").content.decode()
    client.post("/videos", form(project=film.slug, takes="2"))
    assert [job.project for job in VideoJob.objects.all()] == [film, film]
    assert f'value="{film.slug}" selected' in client.get("/").content.decode()


@pytest.mark.parametrize("slug", ["nothing", "harbour-film"])
def test_an_archived_or_unknown_project_is_refused_and_nothing_typed_is_lost(team, film, slug):
    archive_project(film, archived=True)
    create_project(team.owner, "Another")
    answer = client_of(team.owner).post(
        "/videos", form(project=slug, prompt="a kite"), headers=HTMX
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "a kite" in page
    assert "exist, or is archived." in page
    assert not VideoJob.objects.exists()


def test_what_is_made_from_a_clip_and_tried_again_stays_in_its_project(team, film, make_job):
    source = make_job(project=film, expires_at=None)
    failed = make_job(project=film, status="failed")
    client = client_of(team.owner)
    client.post(f"/videos/{source.public_id}/remix", {"prompt": "at night", "key": "k1"})
    client.post(f"/videos/{failed.public_id}/retry", {"key": "k2"})
    jobs = VideoJob.objects.exclude(pk__in=[source.pk, failed.pk])
    assert [job.project for job in jobs] == [film, film]
    reused = client.get(f"/?reuse={failed.public_id}").content.decode()
    assert f'value="{film.slug}" selected' in reused


def test_choosing_another_model_keeps_the_project(team, film):
    query = {"model": "sketch-1", "project": film.slug}
    page = client_of(team.owner).get(reverse("composer_options"), query, headers=HTMX)
    assert f'value="{film.slug}" selected' in page.content.decode()
