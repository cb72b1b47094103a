"""Which clips were made from which, over operations, frames and comments."""

import pytest

from videos.models import FrameReference, NoteTake, VideoJob
from videos.models.lineage import ancestors_of, descendants_of, made_from_rejected
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
