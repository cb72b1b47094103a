"""How is a list read page by page, and when has all of it been seen?"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from videos import wire
from videos.provider.errors import TOO_LARGE, BadAnswer, Refused
from videos.wire.text import gettext_noop, joined

MAX_PAGES = 1000
# (cursor, limit, order) → page
ReadPage = Callable[[str | None, int, str], wire.RemotePage]
MAX_CURSORS = 1000
# The API's own page size, which a server that refuses larger ones takes.
DEFAULT_PAGE = 20


class ListPage(NamedTuple):
    """One page. `unreadable` entries may be any job. `ends_list`: the server says that this is the
    last page, so that the whole list was read."""

    videos: list[wire.RemoteVideo]
    unreadable: int
    ends_list: bool


def with_end(page: wire.RemotePage, size: int) -> wire.RemotePage:
    """The page with `has_more` set. If the server doesn't say, a page of exactly `size` entries
    isn't the last; a longer one is the whole list of a server without pages."""
    if page.has_more is not None:
        return page
    return msgspec.structs.replace(page, has_more=len(page.data) + page.unreadable == size)


def walk(fetch: Callable[[str | None], wire.RemotePage]) -> Iterator[ListPage]:
    """All pages, with each job once. `fetch` reads the page after a cursor, with `has_more` set.

    It also ends if a server ignores the cursor or repeats itself; then no page has `ends_list`.
    """
    seen: set[str] = set()
    after: str | None = None
    for _ in range(MAX_PAGES):
        page = fetch(after)
        fresh = [video for video in page.data if video.id not in seen]
        seen.update(video.id for video in fresh)
        yield ListPage(fresh, page.unreadable, not page.has_more)
        stuck = not (fresh or page.unreadable) or page.last_id in (None, after)
        if not page.has_more or stuck:
            return
        after = page.last_id


class ListPages:
    """Remembers for one server which page size worked. Threads may share it."""

    def __init__(self) -> None:
        self._largest: int | None = None
        self._unreadable: dict[str | None, int] = {}

    def read(
        self, read_page: ReadPage, after: str | None, largest: int, limit: int, order: str
    ) -> wire.RemotePage:
        """One page of the given size, or the largest that works. Raises BadAnswer if a single entry
        is too large, and Refused if the server refuses pages of its own size, too."""
        size = max(1, min(limit, largest, self._largest or limit))
        while True:
            try:
                page = read_page(after, size, order)
            except BadAnswer as error:
                if error.code != TOO_LARGE or size == 1:
                    raise
                size //= 2
                self._largest = size
                continue
            except Refused:
                # After a cursor, the cursor may be what is refused.
                if size <= DEFAULT_PAGE or after is not None:
                    raise
                size = DEFAULT_PAGE
                continue
            if size < min(limit, largest):
                self._largest = size
            self._count(after, page.unreadable)
            return with_end(page, size)

    @property
    def note(self) -> str:
        """What was unusual, as a message for admins."""
        sizes, entries = "", ""
        if self._largest:
            sizes = gettext_noop(
                "The list's pages are too large. They are requested %(size)d jobs at a time.",
                size=self._largest,
            )
        if count := sum(list(self._unreadable.values())):
            entries = gettext_noop("%(count)d entries in its list can't be read.", count=count)
            if count == 1:
                entries = gettext_noop("1 entry in its list can't be read.")
        return joined(sizes, entries)

    def _count(self, after: str | None, unreadable: int) -> None:
        if after is None:
            # Reading begins again at the top.
            self._unreadable.clear()
        if unreadable and len(self._unreadable) < MAX_CURSORS:
            self._unreadable[after] = unreadable
