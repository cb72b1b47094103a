"""How large may a page of a server's list be, and what could not be read of it?"""

from collections.abc import Callable

import msgspec

from videos import wire
from videos.provider.errors import TOO_LARGE, BadAnswer

# (cursor, limit, order) → page
ReadPage = Callable[[str | None, int, str], wire.RemotePage]
TOO_LARGE_NOTE = "List pages are too large: asked in pages of {}."
UNREADABLE_NOTE = "{} in its list cannot be read."
MAX_CURSORS = 1000


class ListPages:
    """Remembers for one server which size of page worked. Threads may share it."""

    def __init__(self) -> None:
        self._largest: int | None = None
        self._unreadable: dict[str | None, int] = {}

    def read(
        self, read_page: ReadPage, after: str | None, largest: int, limit: int, order: str
    ) -> wire.RemotePage:
        """One page, as large as wanted or as works. BadAnswer where a single entry is too large."""
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
            self._count(after, page.unreadable)
            if page.has_more is None:
                # Where the server does not say whether there is more, a short page is the last.
                full = len(page.data) + page.unreadable >= size
                return msgspec.structs.replace(page, has_more=full)
            return page

    @property
    def note(self) -> str:
        """What was odd, in words for admins."""
        told = [TOO_LARGE_NOTE.format(self._largest)] if self._largest else []
        if count := sum(list(self._unreadable.values())):
            entries = f"{count} {'entry' if count == 1 else 'entries'}"
            told.append(UNREADABLE_NOTE.format(entries))
        return " ".join(told)

    def _count(self, after: str | None, unreadable: int) -> None:
        if after is None:
            # Reading begins again at the top.
            self._unreadable.clear()
        if unreadable and len(self._unreadable) < MAX_CURSORS:
            self._unreadable[after] = unreadable
