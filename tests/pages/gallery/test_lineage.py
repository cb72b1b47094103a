"""The tree of what a clip was made from and what was made from it, and rejected ones marked."""

import re

import pytest

from tests.db.models.test_lineage import family  # noqa: F401
from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.models import VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")


def page_of(member, job):
    return html_of(client_of(member).get(job.get_absolute_url()))


def tree_of(page):
    match = re.search(r'<ul class="tree".*?</section>', page, re.S)
    return match[0] if match else ""


def test_the_whole_tree_is_shown_from_every_clip_on_the_way(team, family):  # noqa: F811
    first, remix, shot, take, edit = family
    tree = tree_of(page_of(team.viewer, shot))
    assert all(job.get_absolute_url() in tree for job in (first, remix, take, edit))
    assert shot.get_absolute_url() not in tree and tree.count("This clip") == 1
    order = [tree.index(text) for text in ("a kite over", "Remix", "From its frame at 0:02.5")]
    assert order == sorted(order)
    assert "New take for a comment" in tree and "Edit" in tree and "Same prompt" in tree
    from_the_end = tree_of(page_of(team.viewer, take))
    assert edit.get_absolute_url() not in from_the_end and first.get_absolute_url() in from_the_end


def test_the_prompts_differences_are_marked(team, family):  # noqa: F811
    tree = tree_of(page_of(team.viewer, family[0]))
    assert "<ins>red </ins>" in tree and "<ins>slowly</ins>" in tree


def test_of_long_prompts_only_what_differs_is_shown(team, make_job):
    first = make_job(prompt=f"start {'word ' * 80}end")
    make_job(prompt=f"start {'word ' * 80}finish <b>", source=first)
    tree = tree_of(page_of(team.viewer, first))
    assert "<ins>finish &lt;b&gt;</ins>" in tree and "<del>end</del>" in tree
    assert "…" in tree and tree.count("word") < 50


def test_a_clip_without_a_family_has_no_tree(team, make_job):
    assert tree_of(page_of(team.viewer, make_job())) == ""


def test_a_rejected_ancestor_is_marked_at_any_distance_and_on_the_next_card(team, family):  # noqa: F811
    first, remix, *_between, edit = family
    client = client_of(team.owner)
    assert "Made from a clip that was rejected" not in page_of(team.owner, edit)
    client.post(f"/videos/{first.public_id}/decision", {"verdict": "rejected"})
    for job in (remix, edit):
        page = page_of(team.owner, job)
        assert "Made from a clip that was rejected" in page
        assert 'class="bad">Rejected</span>' in tree_of(page)
    cards = html_of(client.get("/?stacks=off"))
    assert cards.count("From a rejected clip") == 1
    client.post(f"/videos/{first.public_id}/decision", {"verdict": ""})
    assert "From a rejected clip" not in html_of(client.get("/?stacks=off"))


def test_what_lies_in_the_trash_is_left_out_and_the_tree_holds_together(team, family):  # noqa: F811
    first, remix, _shot, take, _edit = family
    now = remix.created_at
    VideoJob.objects.filter(pk=remix.pk).update(trashed_at=now, trashed_by=team.owner, purge_at=now)
    tree = tree_of(page_of(team.viewer, first))
    assert remix.get_absolute_url() not in tree and take.get_absolute_url() in tree
    remix.delete()
    assert tree_of(page_of(team.viewer, first)) == ""
    assert take.get_absolute_url() in tree_of(page_of(team.viewer, family[2]))


def test_a_family_of_many_costs_as_few_queries_as_one_of_two(
    team, make_job, django_assert_max_num_queries
):
    first = make_job()
    client, counts = client_of(team.owner), []
    for _round in range(2):
        for _number in range(10):
            make_job(source=first)
        client.get(first.get_absolute_url())
        with django_assert_max_num_queries(60) as counted:
            client.get(first.get_absolute_url())
        counts.append(len(counted))
    assert counts[0] == counts[1]
