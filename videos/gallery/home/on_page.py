"""Which cards does an open page show, by its own account?"""

import re
from typing import NamedTuple

from videos.gallery.clips.extras import BESIDE_COVER

# live.js sends those nearest to what is looked at, so that the address stays below 8,000 bytes.
MAX_ON_PAGE = 200
KEY = "[0-9]{1,18}"
SENT = re.compile(rf"(?P<key>{KEY})\.[0-9a-f]{{8}}(?:\.(?P<stack>{KEY}|{BESIDE_COVER}))?")
# Ends the mark of a card that took the place of another one.
MOVED = "~"
# Ends the mark of a card in a stack that was opened: it has no place on the wall.
IN_ROW = "_"


class Sent(NamedTuple):
    """One card: its mark (see `mark_of`), the stack that it was the cover of (None: it stands
    alone), whether it was no cover, whether it stands where another clip's card was, and whether it
    is in the row of a stack that was opened."""

    mark: str
    stack: int | None
    beside_cover: bool
    moved: bool
    in_row: bool


def read_cards(text: str) -> dict[int, Sent]:
    """Primary key of the clip → what the page shows of it, in the order sent; anything else in
    `text` is passed over."""
    found: dict[int, Sent] = {}
    for each in text[: MAX_ON_PAGE * 60].split("-")[:MAX_ON_PAGE]:
        mark = each.rstrip(MOVED + IN_ROW)
        if match := SENT.fullmatch(mark):
            stack = match["stack"]
            beside = stack == BESIDE_COVER
            number = int(stack) if stack and not beside else None
            ending = each[len(mark) :]
            found[int(match["key"])] = Sent(mark, number, beside, MOVED in ending, IN_ROW in ending)
    return found


def on_wall(sent: dict[int, Sent]) -> dict[int, Sent]:
    """Those that have a place on the wall."""
    return {key: each for key, each in sent.items() if not each.in_row}
