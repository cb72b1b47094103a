"""Which rows stand on this page of a list, and where do the links beside it lead?

The cursor is a job's public id; the comparison is by the list's own column.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.http import QueryDict

from videos.gallery.clips.order import Order
from videos.models import VideoJob
from videos.models.ids import is_video_id
from videos.models.paging import two_way
from videos.models.selectors import beyond_expiry, beyond_job

PER_PAGE = 24
DEFAULT = Order()


# Up to PER_PAGE + 1 rows beyond a cursor ("": from the first on), those next to it first; newer
# ones, or older ones.
Read = Callable[[str, bool], list[VideoJob]]


@dataclass(frozen=True)
class Page:
    """Up to PER_PAGE rows and the addresses of the neighbouring pages, empty where none."""

    rows: list[VideoJob]
    next_url: str
    newer_url: str


def page_of(read: Read, query: QueryDict, keep: dict[str, str] | None = None) -> Page:
    """The page that `before` or `after` in `query` points at; `keep` are the filters to carry
    along. Raises LostPlace."""
    before, after = _cursor(query, "before"), _cursor(query, "after")
    backwards = bool(after and not before)
    cursor = before or after
    page = two_way(read(cursor, backwards), PER_PAGE, has_cursor=bool(cursor), backwards=backwards)
    return Page(
        rows=page.rows,
        next_url=_link(keep, "before", page.rows[-1]) if page.has_older else "",
        newer_url=_link(keep, "after", page.rows[0]) if page.has_newer else "",
    )


def by(rows: QuerySet[VideoJob], order: Order = DEFAULT) -> Read:
    """Reads `rows` in this order."""

    def read(cursor: str, newer: bool) -> list[VideoJob]:
        # Towards larger values: back in a list that begins with them, or on in the other.
        up = newer != order.ascending
        rest = rows.filter(beyond_job(cursor, order.column, newer=up)) if cursor else rows
        return list(first_of(rest, order.column, newer=up))

    return read


def soonest_first(rows: QuerySet[VideoJob]) -> Read:
    """Reads `rows` in the order in which they expire; last those that never do."""

    def read(cursor: str, newer: bool) -> list[VideoJob]:
        rest = rows.filter(beyond_expiry(cursor, before=newer)) if cursor else rows
        expiry = F("expires_at")
        order = expiry.desc(nulls_first=True) if newer else expiry.asc(nulls_last=True)
        return list(rest.order_by(order, "-id" if newer else "id")[: PER_PAGE + 1])

    return read


def first_of(rows: QuerySet[VideoJob], column: str = "id", *, newer: bool) -> QuerySet[VideoJob]:
    """What a page needs of them, and one row more: it tells whether there is another page."""
    order = [column] if column.endswith("id") else [column, "id"]
    return rows.order_by(*(each if newer else f"-{each}" for each in order))[: PER_PAGE + 1]


def _cursor(query: QueryDict, name: str) -> str:
    value = query.get(name, "")
    return value if is_video_id(value) else ""


def _link(keep: dict[str, str] | None, name: str, job: VideoJob) -> str:
    return "?" + urlencode((keep or {}) | {name: job.public_id})
