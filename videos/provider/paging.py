"""How is a list read page by page, and when has all of it been seen?"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from videos import wire

MAX_PAGES = 1000


class ListPage(NamedTuple):
    """What one page adds. `unreadable` entries may be any job. `ends_list`: by the server's word
    there is nothing behind this page, so that all of the list has been seen."""

    videos: list[wire.RemoteVideo]
    unreadable: int
    ends_list: bool


def walk(fetch: Callable[[str | None], wire.RemotePage], page_size: int) -> Iterator[ListPage]:
    """Every job once; `fetch` reads the page behind a cursor. Ends even where a server ignores the
    cursor or repeats itself, and then no page says that it ends the list."""
    seen: set[str] = set()
    after: str | None = None
    for _ in range(MAX_PAGES):
        page = fetch(after)
        fresh = [video for video in page.data if video.id not in seen]
        seen.update(video.id for video in fresh)
        count = len(page.data) + page.unreadable
        # Where the server does not say whether there is more, a short page is the last. A page
        # longer than was asked for is the whole list of a server without pages.
        more = count == page_size if page.has_more is None else page.has_more
        yield ListPage(fresh, page.unreadable, not more)
        stuck = not (fresh or page.unreadable) or page.last_id in (None, after)
        if not more or stuck:
            return
        after = page.last_id
