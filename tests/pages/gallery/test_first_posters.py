"""The gallery asks for the posters of the first screen before the browser lays the page out."""

import re
from typing import Any

import pytest

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs, with_pictures  # noqa: F401
from videos.gallery.clips.thumbnails import FIRST_CARDS
from videos.models import Asset, JobStatus, Kind

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]

PRELOAD = re.compile(r'<link rel="preload" as="image"[^>]*>')


def test_only_the_first_cards_posters_are_preloaded(team: Any, make_job: Any) -> None:
    jobs = [with_pictures(make_job()) for _ in range(FIRST_CARDS + 2)]
    links = PRELOAD.findall(html_of(client_of(team.owner).get("/")))
    expected = [job.public_id for job in reversed(jobs)][:FIRST_CARDS]
    assert [re.search(r"/videos/(\w+)/content", link)[1] for link in links] == expected  # type: ignore[index]


@pytest.mark.parametrize("density", ["comfortable", "compact"])
def test_a_preload_chooses_among_the_same_files_as_its_card(
    team: Any, make_job: Any, density: str
) -> None:
    job = with_pictures(make_job())
    small = {"path": "s", "bytes": 9, "sha256": "d" * 64, "width": 480, "height": 270}
    Asset.objects.create(job=job, kind=Kind.SMALL, **small)
    client = client_of(team.owner)
    client.post("/density", {"density": density})
    page = html_of(client.get("/"))
    (link,) = PRELOAD.findall(page)
    srcset, sizes = re.findall(r'<img [^>]*srcset="([^"]+)" sizes="([^"]+)"', page)[0]
    assert f'imagesrcset="{srcset}" imagesizes="{sizes}"' in link
    assert "href=" not in link


def test_with_one_poster_the_preload_names_that(team: Any, make_job: Any) -> None:
    with_pictures(make_job())
    page = html_of(client_of(team.owner).get("/"))
    (link,) = PRELOAD.findall(page)
    (source,) = re.findall(r'<img src="([^"]+)"', page)
    assert f'href="{source}"' in link and "imagesrcset" not in link


def test_a_clip_without_a_poster_and_a_fragment_preload_nothing(team: Any, make_job: Any) -> None:
    client = client_of(team.owner)
    make_job(status=JobStatus.QUEUED)
    assert not PRELOAD.findall(html_of(client.get("/")))
    with_pictures(make_job())
    assert not PRELOAD.findall(html_of(client.get("/", headers=HTMX)))
