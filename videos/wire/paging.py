"""Which page of a list does a request ask for?"""

from videos.wire.objects import WireError
from videos.wire.values import whole_number

PAGE, MAX_PAGE = 20, 100


def read_limit(text: str | None) -> int:
    """How many rows a page has: `limit`, 20 by default. Raises WireError."""
    limit = PAGE if text is None else whole_number(text, 3)
    if limit is None or limit > MAX_PAGE:
        raise WireError(f"`limit` must be a number from 0 to {MAX_PAGE}.", param="limit")
    return limit


def is_newest_first(order: str | None) -> bool:
    """Return True if `order` is desc, which it is by default. Raises WireError."""
    if order not in ("asc", "desc", None):
        raise WireError("`order` must be asc or desc.", param="order")
    return order != "asc"
