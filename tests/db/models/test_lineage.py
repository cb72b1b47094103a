"""Which clips were made from which, over operations, frames and comments."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from videos.jobs.media.library import delete_picture
from videos.models import FrameReference, JobPicture, NoteTake, Picture, VideoJob, visible_jobs
from videos.models.lineage import (
    ancestors_of,
    children_of,
    descendants_of,
    frame_moments,
    made_from_rejected,
    parents_of,
)
from videos.review.comments import add_comment
from videos.review.decisions import Author

pytestmark = pytest.mark.database


@pytest.fixture
def family(team, make_job):
    """grandparent → remix → (by a frame) shot → (by a comment) take, and an edit of the shot."""
    first = make_job(prompt="a kite over the sea")
    remix = make_job(prompt="a red kite over the sea", source=first)
    shot = make_job(prompt="the kite lands")
    FrameReference.objects.create(job=shot, source=remix, at="2.5")
    note = add_comment(Author(member=team.viewer), shot, "Slower", key="c")
    take = make_job(prompt="the kite lands slowly")
    NoteTake.objects.create(job=take, note=note)
    edit = make_job(prompt="the kite lands", source=shot, operation="edit")
    return [first, remix, shot, take, edit]


def pairs(links):
    return {(link.child, link.parent): link.how for link in links}


def test_ancestors_and_descendants_are_followed_through_every_way(family):
    first, remix, shot, take, edit = (job.pk for job in family)
    up = {(take, shot): "note", (shot, remix): "frame", (remix, first): "remix"}
    assert pairs(ancestors_of(take)) == up
    assert pairs(descendants_of(first)) == up | {(edit, shot): "edit"}
    assert ancestors_of(first) == [] and descendants_of(edit) == []


def test_following_costs_a_query_for_each_generation(family, make_job, django_assert_num_queries):
    first, *_others, edit = family
    for _number in range(30):
        make_job(source=first)
    with django_assert_num_queries(4):
        ancestors_of(edit.pk)
    with django_assert_num_queries(4):
        assert len(descendants_of(first.pk)) == 34
    with django_assert_num_queries(1):
        descendants_of(edit.pk)


def test_a_very_large_family_is_cut_and_a_very_deep_one_ends(make_job):
    first = make_job()
    for _number in range(70):
        make_job(source=first)
    assert len(descendants_of(first.pk)) == 60
    for _number in range(20):
        first = make_job(source=first)
    assert len(ancestors_of(first.pk)) == 12


@pytest.mark.parametrize(("rejected", "marked"), [(0, [1]), (1, [2]), (2, [3, 4]), (3, [])])
def test_what_was_made_directly_from_a_rejected_clip_is_marked(family, rejected, marked):
    VideoJob.objects.filter(pk=family[rejected].pk).update(verdict="rejected")
    rows = VideoJob.objects.annotate(marked=made_from_rejected()).filter(marked=True)
    assert set(rows) == {family[place] for place in marked}


def kept_frame(member, job, name="frame"):
    """A picture of the library that was made from a frame of `job`."""
    size = {"width": 64, "height": 64}
    return Picture.objects.create(
        maker=member, name=name, path=f"{name}.png", source=job, at="1.5", **size
    )


@pytest.mark.parametrize("role", ["first", "last", "guide"])
def test_a_clip_from_a_kept_frame_belongs_to_the_clip_of_that_frame(team, make_job, role):
    source, shot = make_job(), make_job()
    uploaded = kept_frame(team.owner, None, "upload")
    JobPicture.objects.create(job=make_job(), role="first", picture=uploaded)
    picture = kept_frame(team.owner, source)
    path = "" if role == "first" else "copy.png"
    JobPicture.objects.create(job=shot, role=role, path=path, picture=picture)
    link = {(shot.pk, source.pk): "frame"}
    assert pairs(ancestors_of(shot.pk)) == pairs(descendants_of(source.pk)) == link
    assert frame_moments([shot.pk]) == {(shot.pk, source.pk): Decimal("1.5")}
    source.verdict = "rejected"
    source.save()
    assert list(VideoJob.objects.filter(made_from_rejected())) == [shot]
    # Also once the picture itself is deleted permanently.
    Picture.objects.filter(pk=picture.pk).update(deleted_at=timezone.now() - timedelta(days=2))
    delete_picture(team.owner, uploaded)
    assert not Picture.objects.filter(pk=picture.pk).exists()
    assert pairs(ancestors_of(shot.pk)) == link
    assert shot.frames_used.get().role == role
    assert list(VideoJob.objects.filter(made_from_rejected())) == [shot]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
def test_the_links_of_kept_frames_are_read_from_indexes(team, make_job, django_assert_num_queries):
    job = make_job()
    for links in (parents_of, children_of):
        with django_assert_num_queries(1) as queries:
            links([job.pk])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {queries.captured_queries[0]['sql']}")
            plan = "\n".join(row[-1] for row in cursor.fetchall())
        assert "SCAN" not in plan, plan
    plan = visible_jobs(team.owner).live().annotate(marked=made_from_rejected()).explain()
    scans = [line for line in plan.splitlines() if "SCAN" in line]
    assert len(scans) <= 1 and "videos_videojob" in "".join(scans), plan
