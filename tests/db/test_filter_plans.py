"""The gallery's filters read an index in the list's order, however many clips there are."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import QueryDict

from videos.gallery.clips.card import for_cards
from videos.gallery.clips.filters import read_filters
from videos.gallery.clips.pagination import first_of
from videos.gallery.home.late import between
from videos.gallery.home.on_page import ShownCard
from videos.models import VideoJob, visible_jobs
from videos.review.collections import add_to_collection, create_collection
from videos.review.labels import add_tags, create_project

# The filter in the address → the index that gives its order.
INDEXES = {
    "": "live_covers",
    "sort=oldest": "live_covers",
    "stacks=off": "live",
    "sort=price": "live_price",
    "sort=rating": "live_rating",
    "stack=1": "in_stack",
    f"batch={'a' * 32}": "in_batch",
    "decision=approved": "live_verdict",
    "decision=to_review": "live_verdict",
    "project=film": "live_project",
    "tag=fog": "sqlite_autoindex_videos_jobtag_1",
    "favourite=1": "sqlite_autoindex_videos_favourite_1",
    "collection=best": "sqlite_autoindex_videos_collectionitem_1",
}
# These read an index from its end, as far as the page goes.
UNFILTERED = ("", "sort=oldest", "stacks=off", "sort=price", "sort=rating")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
@pytest.mark.parametrize("query", INDEXES)
def test_a_filter_reads_its_index_and_sorts_nothing(
    query: str, team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    make_job()
    rows = VideoJob.objects.all()
    create_project(team.owner, "Film")
    add_tags(team.owner, rows, "fog")
    add_to_collection(team.owner, create_collection(team.owner, "Best"), rows)
    caches["cards"].clear()
    filters = read_filters(QueryDict(query), team.owner)
    jobs, order = filters.apply(for_cards(visible_jobs(team.owner).live()))
    plan = first_of(jobs, order.column, newer=order.ascending).explain()
    first = plan.splitlines()[0]
    assert re.search(rf"INDEX {INDEXES[query]}( |$)", first), plan
    assert "SEARCH" in first or query in UNFILTERED, plan
    assert "TEMP B-TREE" not in plan, plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
@pytest.mark.parametrize("query", [each for each in INDEXES if "in_stack" not in INDEXES[each]])
def test_what_came_to_match_is_read_between_the_cards_of_the_page(
    query: str, team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job()
    create_project(team.owner, "Film")
    add_tags(team.owner, VideoJob.objects.all(), "fog")
    caches["cards"].clear()
    filters = read_filters(QueryDict(query), team.owner)
    sent = {job.pk: ShownCard(f"{job.pk}.00000000", None, False, False, False)}
    rows = between(filters, visible_jobs(team.owner).live(), sent)
    assert rows is not None
    plan = rows.explain()
    assert "TEMP B-TREE" not in plan, plan
    # By the list's index, or by the keys themselves, of which a page has few.
    first = plan.splitlines()[0]
    assert query in UNFILTERED or re.search("SEARCH .*(rowid|id|job_id)>", first), plan
