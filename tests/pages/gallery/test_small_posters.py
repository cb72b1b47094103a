"""Pages offer both posters, and lines of lists the small one; addresses and access are alike."""

import re

import pytest
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs, with_pictures  # noqa: F401
from videos.models import Asset, Kind, VideoJob

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


@pytest.fixture
def job(make_job):
    job = with_pictures(make_job(archived_at="2026-11-01T00:00:00Z"))
    small = {"path": "s", "bytes": 9, "sha256": "d" * 64, "width": 480, "height": 270}
    Asset.objects.create(job=job, kind=Kind.SMALL, **small)
    return job


def srcset_of(page):
    return re.search(r'srcset="([^"]+)" sizes="([^"]+)"', page)


def test_a_card_offers_both_posters_with_their_widths_and_the_walls_density(team, job):
    client = client_of(team.owner)
    srcset, sizes = srcset_of(html_of(client.get("/"))).groups()
    url = f"/videos/{job.public_id}/content"
    assert srcset.replace("&amp;", "&") == (
        f"{url}?variant=small&v={'d' * 12} 480w, {url}?variant=thumbnail&v={'b' * 12} 960w"
    )
    assert sizes == "(max-width: 43.99rem) 40vw, 324px"
    client.post("/density", {"density": "compact"})
    assert srcset_of(html_of(client.get("/")))[2] == "(max-width: 43.99rem) 40vw, 205px"


def test_a_clip_with_one_poster_shows_that(team, job):
    Asset.objects.filter(kind=Kind.SMALL).delete()
    page = html_of(client_of(team.owner).get("/"))
    assert "variant=thumbnail" in page and "srcset=" not in page


def test_lists_show_the_small_poster(team, job, make_job):
    now = timezone.now()
    VideoJob.objects.filter(pk=job.pk).update(expires_at=now)
    # Its neighbour in the list, and its child in the tree.
    other, derived = make_job(), make_job(source=job)
    client = client_of(team.owner)
    for address in ("/cleanup/safe", *(f"/videos/{each.public_id}" for each in (other, derived))):
        page = html_of(client.get(address))
        images = re.findall(r'<img src="([^"]+)"', page)
        assert images and all("variant=small" in each for each in images), (address, images)
