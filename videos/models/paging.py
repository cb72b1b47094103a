"""Which rows stand on one page of a long list?

A page begins after the last row of the page before, found by its own columns. There is no OFFSET
and no COUNT, so a page costs the same at any depth, and rows that are added shift nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


class LostPlace(Exception):
    """Nothing stands behind the cursor any more; the first page is the place to go."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of a page, and whether there are more beyond them."""

    rows: list[Row]
    has_more: bool

    @property
    def last(self) -> Row | None:
        """The last row; None on an empty page."""
        return self.rows[-1] if self.rows else None

    @property
    def continues_after(self) -> Row | None:
        """The row after which the next page begins; None where there is none."""
        return self.last if self.has_more else None


@dataclass(frozen=True)
class TwoWayPage(Generic[Row]):
    """The rows of a page in the list's order, and whether there are pages on both sides."""

    rows: list[Row]
    has_newer: bool
    has_older: bool


def cut(rows: QuerySet[Row] | Sequence[Row], size: int) -> Page[Row]:
    """The first `size` of `rows`. One more is read: it tells whether there are more."""
    one_more = list(rows[: size + 1])
    return Page(one_more[:size], len(one_more) > size)


def page_of(
    rows: QuerySet[Row], size: int, *, after: Sequence[Any] = (), order: Sequence[str] = ("-pk",)
) -> Page[Row]:
    """Up to `size` of `rows` in this order, as `beyond` has it, that come after the row with the
    values `after`; without these, the first."""
    if after:
        rows = rows.filter(beyond(order, after))
    return cut(rows.order_by(*order), size)


def beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The condition of rows that come after the one with these values of the columns in `order`:
    one column, or two with the same direction. The last one must be unique."""
    than = "lt" if order[0].startswith("-") else "gt"
    first, last = (each.removeprefix("-") for each in (order[0], order[-1]))
    if len(order) == 1:
        return Q(**{f"{first}__{than}": values[0]})
    # The first comparison alone lets the database start in the index; the second splits ties.
    tie = Q(**{f"{first}__{than}": values[0]}) | Q(**{f"{last}__{than}": values[1]})
    return Q(**{f"{first}__{than}e": values[0]}) & tie


def two_way(
    rows: Sequence[Row], size: int, *, has_cursor: bool, backwards: bool
) -> TwoWayPage[Row]:
    """A page that can be reached from both sides. `rows` are up to `size` + 1 rows beyond its
    cursor, those next to it first: older ones, or with `backwards` newer ones. Raises LostPlace."""
    page = cut(rows, size)
    if has_cursor and (not page.rows or (backwards and not page.has_more)):
        raise LostPlace
    newest_first = page.rows[::-1] if backwards else page.rows
    return TwoWayPage(newest_first, has_newer=has_cursor, has_older=page.has_more or backwards)
