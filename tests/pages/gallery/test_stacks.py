"""The wall shows a card for each stack; the stack opens, and clips are split off and joined."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from tests.gallery_fixtures import (
    HTMX,
    client_of,
    form,
    html_of,
    mirror_runs,  # noqa: F401
)
from tests.pages.gallery.test_list import shown
from videos.models import Stack, StackMove, VideoJob
from videos.review.decisions import decide
from videos.review.labels import create_project, move_to_project

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]
MakeJob = Callable[..., VideoJob]


def ids(*jobs: VideoJob) -> list[str]:
    return [job.public_id for job in jobs]


def undo_of(client: Client) -> str:
    """The address of Undo on the page that comes next."""
    page = client.get("/").content.decode()
    return re.search(r'action="(/stacks/[^"]+)"', page)[1].replace("&amp;", "&")


def covers() -> list[str]:
    rows = VideoJob.objects.live().filter(is_cover=True).order_by("-pk")
    return list(rows.values_list("public_id", flat=True))


# --- the wall --------------------------------------------------------------------------------


def test_a_stack_is_one_card_that_says_how_many_clips_it_has(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    alone = make_job()
    page = client_of(team.owner).get("/")
    assert shown(page) == ids(alone, stack[2])
    assert "Show the 3 clips of this stack" in html_of(page)
    assert html_of(page).count("card-stack") == 1


def test_the_count_opens_the_stack_newest_first(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    make_job()
    client = client_of(team.viewer)
    link = re.search(r'card-stack" href="([^"]+)"', client.get("/").content.decode())[1]
    page = client.get(link)
    assert shown(page) == ids(*stack[::-1]) and "3 clips" in html_of(page)
    assert html_of(page).count('<span class="card-cover">Cover</span>') == 1


def test_every_clip_is_shown_where_that_is_asked_for_and_where_something_else_is_filtered(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    client = client_of(team.owner)
    for query in ("stacks=off", "q=boat", "status=completed", "maker=me", "decision=to_review"):
        assert shown(client.get(f"/?{query}")) == ids(*stack[::-1]), query
    assert 'name="stacks" value="off" checked' in html_of(client.get("/?stacks=off"))


def test_a_project_is_stacked_and_hides_no_clip_whose_cover_is_elsewhere(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    film, trailer = create_project(team.owner, "Film"), create_project(team.owner, "Trailer")
    move_to_project(team.owner, VideoJob.objects.all(), film)
    move_to_project(team.owner, VideoJob.objects.filter(pk=stack[0].pk), trailer)
    caches["cards"].clear()
    client = client_of(team.owner)
    assert shown(client.get("/?project=film")) == ids(stack[2])
    assert shown(client.get("/?project=trailer")) == ids(stack[0])


def test_after_generate_all_takes_are_shown_and_after_a_reload_one_card(
    team: SimpleNamespace, catalogue_model: Any
) -> None:
    client = client_of(team.owner)
    assert len(shown(client.post("/videos", form(takes="4"), headers=HTMX))) == 4
    page = client.get("/")
    assert len(shown(page)) == 1 and "Show the 4 clips of this stack" in html_of(page)


def test_without_javascript_all_takes_are_shown_after_generate_as_well(
    team: SimpleNamespace, catalogue_model: Any
) -> None:
    client = client_of(team.owner)
    response = client.post("/videos", form(takes="4"))
    assert len(shown(client.get(response["Location"]))) == 4
    assert client.post("/videos", form())["Location"] == "/"


def test_an_approved_take_becomes_the_card(team: SimpleNamespace, stack: list[VideoJob]) -> None:
    decide(team.teammate, VideoJob.objects.filter(pk=stack[0].pk), "approved")
    page = client_of(team.owner).get("/")
    assert shown(page) == ids(stack[0]) and "v-approved" in html_of(page)


def test_a_batch_is_found_again_as_one(team: SimpleNamespace, make_job: MakeJob) -> None:
    batch = "a" * 32
    jobs = [make_job(batch=batch) for _ in range(2)]
    make_job()
    client = client_of(team.owner)
    page = client.get(jobs[0].get_absolute_url()).content.decode()
    link = re.search(r'href="(/\?batch=[^"]+)"', page)[1]
    assert shown(client.get(link)) == ids(*jobs[::-1])


def test_filters_and_orders_stay_within_a_stack(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    make_job()
    client, inside = client_of(team.owner), f"stack={stack[0].stack_id}"
    assert f'<input type="hidden" name="stack" value="{stack[0].stack_id}">' in html_of(
        client.get(f"/?{inside}")
    )
    assert shown(client.get(f"/?{inside}&sort=oldest")) == ids(*stack)
    decide(team.owner, VideoJob.objects.filter(pk=stack[1].pk), "approved")
    assert shown(client.get(f"/?{inside}&decision=approved")) == ids(stack[1])


@pytest.mark.parametrize("query", ["stack=x", "stack=-1", "stack=1e3", "batch=zz", "stack=²"])
def test_what_is_no_stack_counts_as_not_given(
    team: SimpleNamespace, stack: list[VideoJob], query: str
) -> None:
    assert shown(client_of(team.owner).get(f"/?{query}")) == ids(stack[2])


def test_a_stack_that_is_not_there_is_an_empty_list(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    page = client_of(team.owner).get("/?stack=999999999999999")
    assert page.status_code == 200 and shown(page) == [] and "Nothing matches" in html_of(page)


def test_a_wall_of_stacks_costs_one_query_more(
    team: SimpleNamespace, make_job: MakeJob, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        new_stack = Stack.objects.create()
        for place in range(3):
            make_job(stack=new_stack, is_cover=place == 0)
    client = client_of(team.owner)
    client.get("/")
    with django_assert_max_num_queries(11):
        assert len(shown(client.get("/"))) == 20


# --- splitting and joining -------------------------------------------------------------------


def test_a_clip_is_split_off_and_undo_puts_it_back(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    client = client_of(team.teammate)
    sent = {"do": "split", "ids": ids(stack[2])}
    response = client.post("/selection/stack", sent)
    assert response["Location"] == f"/#clip-{stack[2].public_id}"
    assert covers() == ids(stack[2], stack[1])
    client.post(undo_of(client))
    assert covers() == ids(stack[2])
    assert VideoJob.objects.filter(stack=stack[0].stack).count() == 3


def test_joining_takes_the_whole_stacks_of_the_selected_clips(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    other = Stack.objects.create()
    second = [make_job(stack=other, is_cover=place == 1) for place in range(2)]
    alone = make_job()
    client = client_of(team.owner)
    sent = {"do": "join", "ids": ids(stack[2], second[1], alone)}
    client.post("/selection/stack", sent)
    assert covers() == ids(alone) and len(set(VideoJob.objects.values_list("stack"))) == 1
    client.post(undo_of(client))
    assert covers() == ids(alone, second[1], stack[2])
    assert VideoJob.objects.get(pk=alone.pk).stack is None


def test_undo_keeps_newer_moves(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    client = client_of(team.owner)
    client.post("/selection/stack", {"do": "split", "ids": ids(stack[1], stack[2])})
    address = undo_of(client)
    client_of(team.teammate).post(
        "/selection/stack", {"do": "join", "ids": ids(stack[2], make_job())}
    )
    client.post(address)
    rows = VideoJob.objects.in_bulk([job.pk for job in stack])
    assert rows[stack[1].pk].stack_id == stack[0].stack_id != rows[stack[2].pk].stack_id


def test_members_cannot_undo_others_moves(team: SimpleNamespace, stack: list[VideoJob]) -> None:
    owner = client_of(team.owner)
    owner.post("/selection/stack", {"do": "split", "ids": ids(stack[2])})
    client_of(team.teammate).post(undo_of(owner))
    assert VideoJob.objects.get(pk=stack[2].pk).stack is None


@pytest.mark.parametrize("do", ["split", "join"])
def test_a_viewer_and_foreign_ids_move_nothing(
    team: SimpleNamespace, stack: list[VideoJob], do: str
) -> None:
    sent = {"do": do, "ids": ids(stack[2])}
    assert client_of(team.viewer).post("/selection/stack", sent).status_code == 403
    for odd in ([], ["video_" + "0" * 32], ["x"] * 600, ids(stack[2]) if do == "join" else []):
        client_of(team.owner).post("/selection/stack", {"do": do, "ids": odd})
    assert not StackMove.objects.exists() and covers() == ids(stack[2])


def test_a_stack_has_a_limit(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videos.review.stacks.MAX_STACK", 3)
    client = client_of(team.owner)
    client.post("/selection/stack", {"do": "join", "ids": ids(stack[2], make_job())})
    assert "A stack can hold 3 clips." in html_of(client.get("/"))
    assert not StackMove.objects.exists()


def test_the_clip_page_shows_the_stack_and_splits_the_clip_off(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    client, where = client_of(team.owner), stack[0].get_absolute_url()
    page = html_of(client.get(where))
    assert "In this stack" in page and page.count('<ul class="related related-takes"') == 1
    assert all(other.get_absolute_url() in page for other in stack[1:])
    response = client.post(f"{where}/split", {"list": "/?stacks=off"})
    assert response["Location"] == f"{where}?list=%2F%3Fstacks%3Doff"
    page = html_of(client.get(response["Location"]))
    assert "In this stack" not in page and "Split 1 clip off its stack." in page
    undo = re.search(r'action="(/stacks/[^"]+)"', page)[1].replace("&amp;", "&")
    assert client.post(undo)["Location"] == f"{where}?list=%2F%3Fstacks%3Doff"
    assert "In this stack" in html_of(client.get(where))


def test_a_viewer_sees_the_stack_and_no_button(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    page = html_of(client_of(team.viewer).get(stack[0].get_absolute_url()))
    assert "In this stack" in page and "Split off" not in page


# --- many at once ----------------------------------------------------------------------------


def test_a_bulk_action_means_the_cover_alone_unless_whole_stacks_are_said(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    client = client_of(team.owner)
    sent = {"ids": ids(stack[2]), "verdict": "needs_changes"}
    client.post("/decide", sent)
    assert VideoJob.objects.filter(verdict="needs_changes").count() == 1
    client.post("/decide", sent | {"whole_stacks": "1"})
    assert VideoJob.objects.filter(verdict="needs_changes").count() == 3
    client.post("/selection/organise", sent | {"do": "tag", "tags": "fog", "whole_stacks": "1"})
    assert VideoJob.objects.filter(job_tags__tag__key="fog").count() == 3


def test_the_density_is_remembered_in_a_cookie(team: SimpleNamespace, make_job: MakeJob) -> None:
    make_job()
    client = client_of(team.owner)
    assert "is-compact" not in html_of(client.get("/"))
    response = client.post("/density", {"density": "compact", "list": "/?q=boat"})
    assert response["Location"] == "/?q=boat" and response.cookies["density"]["httponly"]
    assert '<div class="grid is-compact"' in html_of(client.get("/"))
    client.post("/density", {"density": "comfortable"})
    assert "is-compact" not in html_of(client.get("/"))
