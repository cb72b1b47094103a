"""Which cards does an open page show, by its own account?"""

import re
from typing import NamedTuple

from videos.gallery.clips.extras import BESIDE_COVER

# live.js sends those nearest to what is looked at, so that the address stays below 8,000 bytes.
MAX_ON_PAGE = 200
KEY = "[0-9]{1,18}"
CARD = re.compile(rf"(?P<key>{KEY})\.[0-9a-f]{{8}}(?:\.(?P<stack>{KEY}|{BESIDE_COVER}))?")
# Ends the version of a card that took the place of another one.
MOVED = "~"
# Ends the version of a card in a stack that was opened: it has no place on the wall.
IN_ROW = "_"


class ShownCard(NamedTuple):
    """One card: its version (see `card_version`), the stack that it was the cover of (None: it
    stands alone), whether it was a clip beside a cover, whether it stands where another clip's card
    was, and whether it is in the row of a stack that was opened."""

    version: str
    stack: int | None
    beside_cover: bool
    moved: bool
    in_row: bool


def read_cards(text: str) -> dict[int, ShownCard]:
    """Primary key of the clip → what the page shows of it, in the order sent; anything else in
    `text` is passed over."""
    cards: dict[int, ShownCard] = {}
    for each in text[: MAX_ON_PAGE * 60].split("-")[:MAX_ON_PAGE]:
        version = each.rstrip(MOVED + IN_ROW)
        if match := CARD.fullmatch(version):
            stack = match["stack"]
            beside = stack == BESIDE_COVER
            number = int(stack) if stack and not beside else None
            ending = each[len(version) :]
            cards[int(match["key"])] = ShownCard(
                version, number, beside, MOVED in ending, IN_ROW in ending
            )
    return cards


def on_wall(sent: dict[int, ShownCard]) -> dict[int, ShownCard]:
    """Those that have a place on the wall."""
    return {key: each for key, each in sent.items() if not each.in_row}
