"""How is a list cut into pages? By `after` and `limit`, everywhere the same."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from videos.gateway.responses import Refusal

Row = TypeVar("Row", bound=Model)
PAGE, MAX_PAGE = 20, 100


def limit_of(request: HttpRequest) -> int:
    """How many rows a page is to have. Refusal (400)."""
    text = request.GET.get("limit", str(PAGE))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= MAX_PAGE):
        words = f"`limit` must be a number from 0 to {MAX_PAGE}."
        raise Refusal(400, words, param="limit", code="invalid_value")
    return int(text)


def newest_first(request: HttpRequest) -> bool:
    """Whether `order` is desc, which it is by default. Refusal (400)."""
    order = request.GET.get("order", "desc")
    if order not in ("asc", "desc"):
        raise Refusal(400, "`order` must be asc or desc.", param="order", code="invalid_value")
    return order == "desc"


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
