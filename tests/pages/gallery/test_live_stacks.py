"""An open wall follows what others do to stacks: its cards are those that a reload would show."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import (
    HTMX,
    cards_of,
    client_of,
    form,
    html_of,
    mirror_runs,  # noqa: F401
)
from tests.pages.gallery.test_list import shown
from tests.pages.gallery.test_stacks import ids
from videos.jobs.deletion.trash import trash
from videos.models import Project, Stack, VideoJob
from videos.review.decisions import decide
from videos.review.labels import create_project, move_to_project
from videos.review.stacks import join, split_off

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]
MakeJob = Callable[..., VideoJob]


def news(client: Client, page: Any, **more: str) -> Any:
    """What an open page learns when it asks for news."""
    sent = {"since": shown(page)[0], "said": "0", "cards": cards_of(page)} | more
    return client.get("/news", sent, headers=HTMX)


def swaps(answer: Any) -> dict[str, str]:
    """The clips whose cards come → where htmx puts each; those that go → ""."""
    text = answer.content.decode()
    cards = re.findall(r'id="card-(\w+)"[^>]*hx-swap-oob="([^"]+)"', text)
    gone = [int(key) for key in re.findall(r"delete:\[data-version\^='(\d+)\.'", text)]
    ids = VideoJob.objects.filter(pk__in=gone).values_list("public_id", flat=True)
    return dict(cards) | dict.fromkeys(ids, "")


def moves(job: VideoJob) -> QuerySet[VideoJob]:
    return VideoJob.objects.filter(pk=job.pk)


def test_a_new_take_of_a_colleague_replaces_the_card_of_its_stack(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    first = stack[2]
    client = client_of(team.owner)
    sent = {"since": first.public_id, "said": "0", "cards": cards_of(client.get("/"))}
    VideoJob.objects.filter(pk=first.pk).update(is_cover=False)
    take = make_job(stack=first.stack)
    assert "1 new clip" in html_of(client.get("/news", sent, headers=HTMX))
    answer = html_of(client.get("/news", sent | {"show": "1"}, headers=HTMX))
    assert f'id="card-{take.public_id}"' in answer
    assert f"hx-swap-oob=\"delete:[data-version^='{first.pk}.']\"" in answer


def test_each_new_take_counts_although_one_card_comes(
    team: SimpleNamespace, catalogue_model: Any, make_job: MakeJob
) -> None:
    make_job()
    client = client_of(team.owner)
    page = client.get("/")
    client_of(team.teammate).post("/videos", form(takes="3"), headers=HTMX)
    answer = news(client, page)
    assert "3 new clips" in html_of(answer) and 'data-said="3"' in html_of(answer)
    assert news(client, page, said="3").status_code == 204
    assert len(shown(news(client, page, show="1"))) == 1
    # Where every clip has a card, each counts once.
    every = client.get("/?stacks=off")
    client_of(team.teammate).post("/videos", form(takes="2"), headers=HTMX)
    assert "2 new clips" in html_of(news(client, every, stacks="off"))


def test_a_take_that_others_approve_takes_the_place_of_the_card(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    make_job()
    client = client_of(team.owner)
    page = client.get("/")
    decide(team.teammate, moves(stack[0]), "approved")
    answer = news(client, page)
    place = f"outerHTML:#card-{stack[2].public_id}"
    assert swaps(answer) == {stack[0].public_id: place}
    assert "v-approved" in html_of(answer) and "pill" not in html_of(answer)
    # The page says that the card replaces another one, so nothing is missing from the list.
    cards = f"{cards_of(page).split('-')[0]}-{cards_of(answer)}~"
    assert news(client, page, cards=cards).status_code == 204


def test_a_take_that_is_shown_already_is_only_drawn_again(
    team: SimpleNamespace, catalogue_model: Any
) -> None:
    client = client_of(team.owner)
    page = client.post("/videos", form(takes="3"), headers=HTMX)
    newest, _second, first = (VideoJob.objects.get(public_id=each) for each in shown(page))
    VideoJob.objects.filter(pk=first.pk).update(
        status="completed", remote_id="r", finished_at=timezone.now()
    )
    decide(team.teammate, moves(first), "approved")
    answer = news(client, page)
    assert swaps(answer)[first.public_id] == swaps(answer)[newest.public_id] == "true"
    assert "" not in swaps(answer).values()


def test_joined_stacks_become_one_card_on_open_walls(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    alone = make_job()
    client = client_of(team.owner)
    page = client.get("/")
    join(team.teammate, VideoJob.objects.all())
    answer = news(client, page)
    assert swaps(answer) == {alone.public_id: "true", stack[2].public_id: ""}
    assert "Show the 4 clips of this stack" in html_of(answer)


def test_joined_under_a_cover_that_no_page_shows_the_first_card_gives_its_place(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    alone = make_job()
    client = client_of(team.owner)
    page = client.get("/")
    decide(team.teammate, moves(stack[1]), "approved")
    join(team.teammate, VideoJob.objects.all())
    assert swaps(news(client, page)) == {
        stack[1].public_id: f"outerHTML:#card-{alone.public_id}",
        stack[2].public_id: "",
    }


def test_a_clip_that_was_split_off_is_announced_and_the_count_is_right(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    last = make_job()
    decide(team.owner, moves(stack[0]), "approved")
    client = client_of(team.owner)
    page = client.get("/")
    assert shown(page) == ids(last, stack[0])
    split_off(team.teammate, moves(stack[1]))
    answer = news(client, page)
    assert swaps(answer) == {stack[0].public_id: "true"}
    assert "Show the 2 clips of this stack" in html_of(answer)
    assert "1 new clip" in html_of(answer) and '<a class="btn pill" href="/">' in html_of(answer)


def test_a_cover_that_was_split_off_stands_for_itself(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    make_job()
    client = client_of(team.owner)
    page = client.get("/")
    split_off(team.teammate, moves(stack[2]))
    answer = news(client, page)
    assert swaps(answer) == {stack[2].public_id: "true"}
    assert "card-stack" not in html_of(answer)


def test_where_the_cover_is_deleted_the_next_one_takes_its_place(
    team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob
) -> None:
    alone = make_job()
    client = client_of(team.owner)
    page = client.get("/")
    trash(team.owner, moves(stack[2]))
    answer = news(client, page)
    assert swaps(answer) == {stack[1].public_id: f"outerHTML:#card-{stack[2].public_id}"}
    assert alone.public_id not in html_of(answer)


def test_where_every_clip_is_shown_each_keeps_its_card(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    client = client_of(team.owner)
    page = client.get("/?stacks=off")
    decide(team.teammate, moves(stack[0]), "approved")
    answer = news(client, page, stacks="off")
    assert swaps(answer) == {stack[0].public_id: "true", stack[2].public_id: "true"}


def test_a_card_leads_to_the_stack_that_it_is_in_now(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    pairs = [Stack.objects.create() for _ in range(2)]
    jobs = [make_job(stack=each, is_cover=cover) for each in pairs for cover in (False, True)]
    client = client_of(team.owner)
    client.get("/")
    moving = {jobs[1].pk: pairs[1], jobs[3].pk: pairs[0]}
    VideoJob.objects.update(is_cover=False)
    for pk, pair in moving.items():
        VideoJob.objects.filter(pk=pk).update(stack=pair, is_cover=True)
    page = client.get("/").content.decode()
    links = re.findall(r'card-stack" href="/\?stack=(\d+)"', page)
    assert links == [str(pairs[0].pk), str(pairs[1].pk)]


def of_project(client: Client, page: Any, **more: str) -> dict[str, str]:
    """What an open page of the project "Film" does with its cards."""
    return swaps(news(client, page, project="film", **more))


@pytest.fixture
def film(team: SimpleNamespace, stack: list[VideoJob], make_job: MakeJob) -> list[VideoJob]:
    """The stack in the project "Film", all but its cover, between two other clips of it; the cover
    is in the project "Trailer"."""
    make_job()
    projects = [create_project(team.owner, name) for name in ("Film", "Trailer")]
    move_to_project(team.owner, VideoJob.objects.all(), projects[0])
    move_to_project(team.owner, moves(stack[2]), projects[1])
    caches["cards"].clear()
    return stack


def test_in_a_project_a_clip_whose_cover_is_elsewhere_gives_its_place_to_one_that_is_approved(
    team: SimpleNamespace, film: list[VideoJob]
) -> None:
    trailer, film_project = Project.objects.get(slug="trailer"), Project.objects.get(slug="film")
    move_to_project(team.owner, moves(film[1]), trailer)
    client = client_of(team.owner)
    page = client.get("/?project=film")
    assert shown(page)[1:] == ids(film[0])
    # Brought into the project and approved by others, it stands for the stack there.
    move_to_project(team.teammate, moves(film[1]), film_project)
    decide(team.teammate, moves(film[1]), "approved")
    place = f"outerHTML:#card-{film[0].public_id}"
    assert of_project(client, page) == {film[1].public_id: place}


def test_in_a_project_one_of_them_that_is_approved_stays_and_the_others_go(
    team: SimpleNamespace, film: list[VideoJob]
) -> None:
    client = client_of(team.owner)
    page = client.get("/?project=film")
    assert {film[0].public_id, film[1].public_id} < set(shown(page))
    decide(team.teammate, moves(film[0]), "approved")
    assert of_project(client, page) == {film[0].public_id: "true", film[1].public_id: ""}
    assert shown(client.get("/?project=film")).count(film[0].public_id) == 1


def test_in_a_project_a_cover_stays_when_one_of_another_project_is_approved(
    team: SimpleNamespace, film: list[VideoJob]
) -> None:
    move_to_project(team.owner, moves(film[1]), Project.objects.get(slug="trailer"))
    client = client_of(team.owner)
    page = client.get("/?project=trailer")
    decide(team.teammate, moves(film[0]), "approved")
    answer = news(client, page, project="trailer")
    assert swaps(answer) == {film[2].public_id: "true"}


def test_in_a_project_a_clip_made_just_now_stays_beside_a_cover_further_down(
    team: SimpleNamespace, film: list[VideoJob], make_job: MakeJob
) -> None:
    move_to_project(team.owner, moves(film[2]), Project.objects.get(slug="film"))
    client = client_of(team.owner)
    new_job = make_job(stack=film[0].stack, is_cover=False, status="failed")
    move_to_project(team.owner, moves(new_job), Project.objects.get(slug="film"))
    page = client.get("/?project=film")
    every = client.get("/?project=film&stacks=off")
    versions = [each for each in cards_of(every).split("-") if each.startswith(f"{new_job.pk}.")]
    assert of_project(client, page, cards="-".join(versions)) == {}


def test_news_of_many_stacks_costs_the_same(
    team: SimpleNamespace, make_job: MakeJob, django_assert_max_num_queries: Any
) -> None:
    stacks = [Stack.objects.create() for _ in range(20)]
    takes = [[make_job(stack=each, is_cover=place == 1) for place in range(2)] for each in stacks]
    client = client_of(team.owner)
    page = client.get("/")
    olds = VideoJob.objects.filter(pk__in=[pair[0].pk for pair in takes])
    decide(team.teammate, olds, "approved")
    with django_assert_max_num_queries(12):
        answer = news(client, page)
    assert len(swaps(answer)) == 20 and all("outerHTML" in each for each in swaps(answer).values())
