"""A stack opens in the page: the fragment with its clips, and what an open page asks afterwards."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests.gallery_fixtures import (
    HTMX,
    cards_of,
    client_of,
    html_of,
    mirror_runs,  # noqa: F401
)
from tests.pages.gallery.test_list import shown
from tests.pages.gallery.test_live_stacks import moves, news, swaps
from tests.pages.gallery.test_stacks import ids
from videos.jobs.deletion.trash import trash
from videos.models import Stack, VideoJob
from videos.review.decisions import decide
from videos.review.stacks import split_off

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]
MakeJob = Callable[..., VideoJob]


def row_of(client: Any, stack: int, *on_wall: VideoJob, **more: Any) -> Any:
    address = reverse("stack_row", args=[stack])
    return client.get(address, {"shown": ids(*on_wall)} | more, headers=HTMX)


def opened(page: Any, row: Any) -> str:
    """The versions that a page sends once it has opened this row."""
    return f"{cards_of(page)}-{cards_of(row).replace('-', '_-')}_"


def test_the_row_has_the_other_clips_newest_first(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    client = client_of(team.viewer)
    link = f'data-row="/stacks/{stack[0].stack_id}/clips"'
    assert link in html_of(client.get("/"))
    row = row_of(client, stack[0].stack_id, stack[2])
    assert shown(row) == ids(stack[1], stack[0])
    text = html_of(row)
    assert "2 more clips in this stack" in text and "Show all 3 clips" in text
    assert f'href="/?stack={stack[0].stack_id}"' in text


def test_where_all_are_on_the_page_it_says_so(team: SimpleNamespace, stack: list[VideoJob]) -> None:
    row = row_of(client_of(team.owner), stack[0].stack_id, *stack)
    assert shown(row) == [] and "All clips of this stack are on this page" in html_of(row)


@pytest.mark.parametrize("odd", ["", "x", "video_" + "0" * 32, "²", "\0"])
def test_what_is_no_clip_of_the_page_is_passed_over(
    team: SimpleNamespace, stack: list[VideoJob], odd: str
) -> None:
    row = row_of(client_of(team.owner), stack[0].stack_id, shown=[odd] * 300)
    assert shown(row) == ids(*stack[::-1])


def test_a_stack_that_is_empty_or_not_there_is_not_found(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    client = client_of(team.owner)
    assert row_of(client, 999999).status_code == 404
    assert client.get(f"/stacks/{'9' * 30}/clips").status_code == 404
    trash(team.owner, VideoJob.objects.all())
    assert row_of(client, stack[0].stack_id).status_code == 404


def test_of_many_clips_the_newest_are_shown_at_the_same_cost(
    team: SimpleNamespace, make_job: MakeJob, django_assert_max_num_queries: Any
) -> None:
    many = Stack.objects.create()
    jobs = [make_job(stack=many, is_cover=place == 59) for place in range(60)]
    client = client_of(team.owner)
    row_of(client, many.pk, jobs[-1])
    with django_assert_max_num_queries(10):
        row = row_of(client, many.pk, jobs[-1])
    assert shown(row) == ids(*jobs[35:59][::-1])
    assert "59 more clips in this stack" in html_of(row)
    assert "The newest 24 are shown." in html_of(row) and "Show all 60 clips" in html_of(row)


# --- live ------------------------------------------------------------------------------------


def test_the_cards_of_the_row_have_no_place_on_the_wall(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    make_job()
    client = client_of(team.owner)
    page, row = client.get("/"), row_of(client, stack[0].stack_id, stack[2])
    assert news(client, page, cards=opened(page, row)).status_code == 204
    trash(team.owner, moves(stack[0]))
    decide(team.teammate, moves(stack[1]), "needs_changes")
    answer = news(client, page, cards=opened(page, row))
    assert swaps(answer) == {
        stack[0].public_id: "",
        stack[1].public_id: "true",
        stack[2].public_id: "true",
    }


def test_a_take_of_the_row_that_is_approved_goes_up_to_the_wall(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    make_job()
    client = client_of(team.owner)
    page, row = client.get("/"), row_of(client, stack[0].stack_id, stack[2])
    decide(team.teammate, moves(stack[0]), "approved")
    answer = news(client, page, cards=opened(page, row))
    assert swaps(answer) == {stack[0].public_id: f"outerHTML:#card-{stack[2].public_id}"}


def test_a_clip_that_is_split_off_is_new_to_the_wall(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    last = make_job()
    decide(team.owner, moves(stack[0]), "approved")
    client = client_of(team.owner)
    page, row = client.get("/"), row_of(client, stack[0].stack_id, stack[0])
    assert shown(page) == ids(last, stack[0])
    split_off(team.teammate, moves(stack[1]))
    answer = news(client, page, cards=opened(page, row))
    assert "1 new clip" in html_of(answer)
    assert swaps(answer) == dict.fromkeys(ids(stack[0], stack[1], stack[2]), "true")
