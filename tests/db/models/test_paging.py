"""Every list is cut into pages in the same way."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from videos.models import Tag
from videos.models.paging import LostPlace, beyond, cut, page_of, two_way

pytestmark = pytest.mark.database

# Names repeat, so that the key has to split ties; the key of each tag is its number.
NAMES = ["b", "a", "b", "c", "b", "a", "c"]


@pytest.fixture
def tags(db: None) -> list[Tag]:
    return [Tag.objects.create(name=name, key=str(n)) for n, name in enumerate(NAMES)]


ORDERS = [("pk",), ("-pk",), ("key",), ("-key",), ("name", "pk"), ("-name", "-pk")]


def values(row: Tag, order: Sequence[str]) -> list[Any]:
    return [getattr(row, each.removeprefix("-")) for each in order]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
def test_the_pages_together_are_the_list(tags: list[Tag], order: Sequence[str], size: int) -> None:
    rows: list[Tag] = []
    after: Sequence[Any] = ()
    for _turn in range(len(tags) + 1):
        page = page_of(Tag.objects.all(), size, after=after, order=order)
        assert len(page.rows) <= size
        rows += page.rows
        if page.continues_after is None:
            break
        after = values(page.continues_after, order)
    assert rows == list(Tag.objects.order_by(*order))


def test_the_newest_come_first_by_default(tags: list[Tag]) -> None:
    assert page_of(Tag.objects.all(), 2).rows == [tags[6], tags[5]]
    assert page_of(Tag.objects.all(), 2, after=[tags[1].pk]).rows == [tags[0]]


def test_a_page_costs_one_query(tags: list[Tag]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page_of(Tag.objects.all(), 2, after=("b", tags[2].pk), order=("name", "pk"))
    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"] and "COUNT" not in queries[0]["sql"]


def test_rows_that_come_and_go_shift_nothing(tags: list[Tag]) -> None:
    first = page_of(Tag.objects.all(), 3)
    assert first.last is not None
    at = first.last.pk
    Tag.objects.create(name="new", key="new")
    first.last.delete()
    assert page_of(Tag.objects.all(), 3, after=[at]).rows == tags[3:0:-1]


@pytest.mark.parametrize(
    ("size", "rows", "has_more"), [(0, 0, True), (6, 6, True), (7, 7, False), (8, 7, False)]
)
def test_one_row_more_tells_whether_there_are_more(
    tags: list[Tag], size: int, rows: int, has_more: bool
) -> None:
    page = cut(Tag.objects.order_by("pk"), size)
    assert (len(page.rows), page.has_more) == (rows, has_more)
    assert cut(tags, size) == page


def test_an_empty_page_has_no_last_row(db: None) -> None:
    page = page_of(Tag.objects.all(), 3)
    assert (page.rows, page.has_more, page.last, page.continues_after) == ([], False, None, None)


@pytest.mark.parametrize("order", ORDERS)
def test_beyond_leaves_out_the_row_itself(tags: list[Tag], order: Sequence[str]) -> None:
    every = list(Tag.objects.order_by(*order))
    for place, row in enumerate(every):
        rows = Tag.objects.filter(beyond(order, values(row, order))).order_by(*order)
        assert list(rows) == every[place + 1 :]


def test_a_page_is_reached_from_both_sides(tags: list[Tag]) -> None:
    first = two_way(tags[:3], 2, has_cursor=False, backwards=False)
    assert (first.rows, first.has_newer, first.has_older) == (tags[:2], False, True)
    last = two_way(tags[5:], 2, has_cursor=True, backwards=False)
    assert (last.rows, last.has_newer, last.has_older) == (tags[5:], True, False)
    back = two_way([tags[4], tags[3], tags[2]], 2, has_cursor=True, backwards=True)
    assert (back.rows, back.has_newer, back.has_older) == (tags[3:5], True, True)


@pytest.mark.parametrize(("count", "backwards"), [(0, False), (0, True), (2, True), (1, True)])
def test_a_lost_place_leads_to_the_first_page(tags: list[Tag], count: int, backwards: bool) -> None:
    with pytest.raises(LostPlace):
        two_way(tags[:count], 2, has_cursor=True, backwards=backwards)


def test_a_first_page_without_rows_is_not_lost(db: None) -> None:
    page = two_way([], 2, has_cursor=False, backwards=False)
    assert (page.rows, page.has_newer, page.has_older) == ([], False, False)
