"""How is a list cut into pages? By `after` and `limit`, everywhere the same."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from videos.gateway.responses import Refusal
from videos.wire.paging import is_newest_first, read_limit

Row = TypeVar("Row", bound=Model)


def limit_of(request: HttpRequest) -> int:
    """How many rows a page has. Raises WireError."""
    return read_limit(request.GET.get("limit"))


def newest_first(request: HttpRequest) -> bool:
    """Return True if the newest come first. Raises WireError."""
    return is_newest_first(request.GET.get("order"))


def cut(rows: QuerySet[Row], limit: int) -> tuple[list[Row], bool]:
    """The first `limit` of `rows`, and whether there are more."""
    found = list(rows[: limit + 1])
    return found[:limit], len(found) > limit


def page_by(rows: QuerySet[Row], column: str, request: HttpRequest) -> tuple[list[Row], bool]:
    """One page of `rows` in the order of a unique text column, whose value `after` names."""
    after = request.GET.get("after", "")
    if "\0" in after:
        raise Refusal(400, "`after` holds a NUL character.", param="after", code="invalid_value")
    if after:
        rows = rows.filter(**{f"{column}__gt": after})
    return cut(rows.order_by(column), limit_of(request))
