"""Which shapes do the cards of the wall have, and how wide are their posters?"""

import math

from videos.wire import parse_size

RATIOS = {
    "16-9": 16 / 9,
    "7-4": 7 / 4,
    "4-3": 4 / 3,
    "1-1": 1.0,
    "3-4": 3 / 4,
    "4-7": 4 / 7,
    "9-16": 9 / 16,
}
# Height of the wall's rows in pixels, as `--least` in gallery.css. Rows are stretched to fill
# the width, by about a fifth.
HEIGHT, COMPACT_HEIGHT, GROWTH = 152, 96, 1.2
# Below this, the wall has two columns.
PHONE = "43.99rem"


def poster_sizes(ratio: str, height: int) -> str:
    """The `sizes` of a card's poster, on a wall whose rows are `height` pixels high.

    On phones this is less than half of the true width. Their screens have two or three pixels for
    each CSS pixel, and a poster looks sharp enough with one or two.
    """
    phone = 40 if RATIOS[ratio] > 1 else 20
    return f"(max-width: {PHONE}) {phone}vw, {round(RATIOS[ratio] * height * GROWTH)}px"


def ratio_of(size: str) -> str:
    """The nearest of the grid's shapes."""
    pixels = parse_size(size)
    if pixels is None:
        return "16-9"
    here = math.log(pixels[0] / pixels[1])
    return min(RATIOS, key=lambda name: abs(math.log(RATIOS[name]) - here))
