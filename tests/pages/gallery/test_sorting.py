"""The gallery in another order: by age, price or rating, page by page."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from tests.pages.gallery.test_list import shown
from videos.models import RolePermission, VideoJob

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]
MakeJob = Callable[..., VideoJob]


@pytest.fixture
def clips(make_job: MakeJob) -> list[VideoJob]:
    """Sixty clips of few prices and ratings, so that there are many ties."""
    prices = [None, "0", "0.25", "1.5"]
    return [make_job(price=prices[n % 4], rating=[0, 3, 4.5][n % 3]) for n in range(60)]


ORDERS = {
    "": ("-pk",),
    "oldest": ("pk",),
    "price": ("-sort_price", "-pk"),
    "rating": ("-rating", "-pk"),
}


@pytest.mark.parametrize("sort", ORDERS)
def test_an_order_is_walked_forth_and_back_without_gap_or_repeat(
    team: SimpleNamespace, clips: list[VideoJob], sort: str
) -> None:
    client = client_of(team.owner)
    expected = list(VideoJob.objects.order_by(*ORDERS[sort]).values_list("public_id", flat=True))
    pages, cursor = [], ""
    for _ in range(3):
        pages.append(shown(client.get(f"/?sort={sort}{cursor}")))
        cursor = f"&before={pages[-1][-1]}"
    assert [each for page in pages for each in page] == expected
    assert shown(client.get(f"/?sort={sort}&after={pages[2][0]}")) == pages[1]


def test_unknown_prices_come_last(team: SimpleNamespace, make_job: MakeJob) -> None:
    jobs = [make_job(price=price) for price in (None, "0", "2", "10")]
    answer = client_of(team.owner).get("/?sort=price")
    assert shown(answer) == [jobs[n].public_id for n in (3, 2, 1, 0)]


def test_the_order_stays_in_the_address_and_in_the_form(
    team: SimpleNamespace, clips: list[VideoJob]
) -> None:
    client = client_of(team.owner)
    answer = client.get("/?q=&sort=price&stacks=off", headers=HTMX)
    assert answer["HX-Push-Url"] == "/?sort=price&stacks=off"
    page = html_of(client.get("/?sort=price"))
    assert '<option value="price" selected>' in page and "sort=price&amp;before=" in page
    # Days say nothing where clips aren't in the order of time, nor do new clips have a place.
    assert 'class="day"' not in page and 'class="day"' in html_of(client.get("/?sort=oldest"))


def test_a_sorted_filter_keeps_its_own_order_of_time(
    team: SimpleNamespace, clips: list[VideoJob]
) -> None:
    rows = VideoJob.objects.filter(rating=3).order_by("pk").values_list("public_id", flat=True)
    VideoJob.objects.filter(rating=3).update(verdict="approved")
    shown_ids = shown(client_of(team.owner).get("/?decision=approved&sort=oldest"))
    assert shown_ids == list(rows)


@pytest.mark.parametrize("sort", ["size", "-id", "price desc", "%00", "sort_price"])
def test_what_is_no_order_is_the_usual_one(
    team: SimpleNamespace, make_job: MakeJob, sort: str
) -> None:
    ids = [make_job(price=price).public_id for price in ("5", "1")]
    assert shown(client_of(team.owner).get(f"/?sort={sort}")) == ids[::-1]


def test_the_clip_page_walks_in_the_order_of_its_list(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    jobs = [make_job(price=price) for price in ("5", "1", "9")]
    page = html_of(client_of(team.owner).get(f"{jobs[0].get_absolute_url()}?list=/?sort=price"))
    assert page.index(f'rel="prev" href="/videos/{jobs[2].public_id}') > 0
    assert page.index(f'rel="next" href="/videos/{jobs[1].public_id}') > 0


def facts(answer: object) -> list[str]:
    """What the cards say of what their list is sorted by."""
    return re.findall(r'class="card-fact">([^<]*)<', html_of(answer))


def test_cards_show_what_their_list_is_sorted_by(team: SimpleNamespace, make_job: MakeJob) -> None:
    for price, rating in ((None, 0), ("0", 3), ("0.25", 4.5), ("1.5", 4.1)):
        make_job(price=price, rating=rating)
    client = client_of(team.owner)
    assert facts(client.get("/?sort=price")) == ["$1.50", "$0.25", "$0.00"]
    assert facts(client.get("/?sort=rating")) == ["Rated 4.5", "Rated 4.1", "Rated 3.0"]
    assert facts(client.get("/")) == facts(client.get("/?sort=oldest")) == []
    RolePermission.objects.create(role="viewer", permission="see_prices", allowed=False)
    viewer = client_of(team.viewer)
    assert facts(viewer.get("/?sort=price")) == []
    assert "Rated 4.5" in facts(viewer.get("/?sort=rating"))


@pytest.mark.parametrize("sort", ["price", "rating"])
def test_what_a_card_shows_of_its_order_costs_no_query_and_is_news_to_no_page(
    team: SimpleNamespace, make_job: MakeJob, sort: str, django_assert_max_num_queries: Any
) -> None:
    client, counts = client_of(team.owner), []
    for _round in range(2):
        for _number in range(5):
            make_job(price="1", rating=3)
        client.get(f"/?sort={sort}")
        caches["cards"].clear()
        with django_assert_max_num_queries(40) as counted:
            page = client.get(f"/?sort={sort}", headers=HTMX).content.decode()
        counts.append(len(counted))
    assert counts[0] == counts[1]
    versions = re.findall(r'data-version="([^"]+)"', page)
    news = client.get("/news", {"sort": sort, "cards": "-".join(versions), "quiet": "1"})
    assert len(versions) == 10 and "<article" not in news.content.decode()
