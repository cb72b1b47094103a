"""An open list tells of clips that come to match it among those that it shows."""

import re

import pytest
from django.core.cache import caches
from django.utils import timezone

from tests.gallery_fixtures import (
    cards_of,
    client_of,
    mirror_runs,  # noqa: F401
)
from tests.pages.gallery.test_list import shown
from tests.pages.gallery.test_news import ask
from videos.jobs.deletion.trash import restore, trash
from videos.models import (
    Collection,
    Finding,
    Project,
    VideoJob,
)
from videos.review.collections import add_to_collection, create_collection
from videos.review.decisions import decide
from videos.review.labels import add_tags, create_project, move_to_project
from videos.review.opinions import mark_favourites

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def finish(job):
    VideoJob.objects.filter(pk=job.pk).update(
        status="completed", remote_id=job.public_id, finished_at=timezone.now(), version=2
    )


MATCHING = {
    "decision=to_review": finish,
    "status=completed": finish,
    "decision=approved": lambda job: (finish(job), decide(job.maker, one(job), "approved")),
    "tag=fog": lambda job: add_tags(job.maker, one(job), "fog"),
    "favourite=1": lambda job: mark_favourites(job.maker, one(job), on=True),
    "quality=findings": lambda job: Finding.objects.create(job=job, kind="black"),
    "project=film": lambda job: move_to_project(job.maker, one(job), Project.objects.get()),
    "collection=best": lambda job: add_to_collection(job.maker, Collection.objects.get(), one(job)),
    "stacks=off": lambda job: restore(job.maker, one(job)),
}


def one(job):
    return VideoJob.objects.filter(pk=job.pk)


@pytest.fixture
def late(team, make_job):
    """Three clips, of which the middle one isn't in the lists of MATCHING yet."""
    create_project(team.owner, "Film")
    best = create_collection(team.owner, "Best")
    jobs = [
        make_job(maker=team.owner, status=each) for each in ("completed", "queued", "completed")
    ]
    ends = VideoJob.objects.exclude(pk=jobs[1].pk)
    add_tags(team.owner, ends, "fog")
    mark_favourites(team.owner, ends, on=True)
    add_to_collection(team.owner, best, ends)
    move_to_project(team.owner, ends, Project.objects.get())
    for job in ends:
        Finding.objects.create(job=job, kind="black")
    caches["cards"].clear()
    return jobs


@pytest.mark.parametrize("query", MATCHING)
@pytest.mark.parametrize("sort", ["", "oldest", "rating"])
def test_an_older_clip_that_comes_to_match_is_announced(team, late, query, sort):
    first, middle, last = late
    if query == "stacks=off":
        trash(team.owner, one(middle))
    if "approved" in query:
        decide(team.owner, VideoJob.objects.exclude(pk=middle.pk), "approved")
    client = client_of(team.owner)
    address = f"{query}&sort={sort}"
    page = client.get(f"/?{address}")
    assert set(shown(page)) == {first.public_id, last.public_id}
    sent = dict(part.split("=") for part in address.split("&"))
    sent |= {"cards": cards_of(page)} | ({"first": "no"} if sort else {})
    assert ask(client, last.public_id, **sent).status_code == 204
    MATCHING[query](middle)
    answer = ask(client, last.public_id, **sent)
    page_text = answer.content.decode()
    assert "1 new clip" in page_text and '<a class="btn pill"' in page_text and shown(answer) == []
    said = re.search(r'data-said="([^"]+)"', page_text)[1]
    assert ask(client, last.public_id, **sent | {"said": said}).status_code == 204
    # Once it is on the page, there is nothing new.
    sent |= {"cards": cards_of(client.get(f"/?{address}"))}
    assert ask(client, last.public_id, **sent).status_code == 204


def test_a_clip_that_no_longer_matches_stays_where_it_is(team, make_job):
    jobs = [make_job() for _ in range(3)]
    client = client_of(team.owner)
    page = client.get("/?decision=to_review")
    decide(team.teammate, VideoJob.objects.all(), "approved")
    sent = {"decision": "to_review", "cards": cards_of(page)}
    answer = ask(client, jobs[2].public_id, **sent)
    assert shown(answer) == shown(page)
    assert "delete:" not in answer.content.decode() and "pill" not in answer.content.decode()
