"""How is a list cut into pages? By `after` and `limit`, everywhere the same."""

from django.db.models import QuerySet
from django.http import HttpRequest

from videos.gateway.responses import Refusal
from videos.models.paging import Page, Row, page_of
from videos.wire.paging import is_newest_first, read_limit


def limit_of(request: HttpRequest) -> int:
    """How many rows a page has. Raises WireError."""
    return read_limit(request.GET.get("limit"))


def newest_first(request: HttpRequest) -> bool:
    """Return True if the newest come first. Raises WireError."""
    return is_newest_first(request.GET.get("order"))


def page_by(rows: QuerySet[Row], column: str, request: HttpRequest) -> Page[Row]:
    """One page of `rows` in the order of a unique text column, whose value `after` names."""
    after = request.GET.get("after", "")
    if "\0" in after:
        raise Refusal(400, "`after` holds a NUL character.", param="after", code="invalid_value")
    return page_of(rows, limit_of(request), after=[after] if after else (), order=[column])
