"""Where in a text are the words that were searched for?"""

import re
from typing import NamedTuple

from videos.models.search import Terms, terms_of
from videos.models.search_names import fold

MAX_QUERY = 500
BEFORE, AFTER = r"(?<![^\W_])", r"(?![^\W_])"


class Piece(NamedTuple):
    """A part of a text: what was searched for, or what stands between."""

    is_found: bool
    text: str


def marked(text: str, query: str) -> list[Piece]:
    """`text` in pieces, which joined are the text again.

    As in the search, case and accents make no difference, and the last word may be incomplete.
    """
    terms = terms_of(query[:MAX_QUERY])
    pieces: list[Piece] = []
    at = 0
    for start, end in _found(text, terms) if terms else []:
        pieces += [Piece(False, text[at:start]), Piece(True, text[start:end])]
        at = end
    return [piece for piece in (*pieces, Piece(False, text[at:])) if piece.text]


def _found(text: str, terms: Terms) -> list[tuple[int, int]]:
    """The beginnings and ends of all terms in the text, from left to right."""
    folded = [fold(char) for char in text]
    # Where each letter of the folded text stands in the text.
    places = [place for place, bare in enumerate(folded) for _letter in bare]
    ends = [*places[1:], len(text)]
    return [
        (places[hit.start()], ends[hit.end() - 1])
        for hit in _pattern(terms).finditer("".join(folded))
    ]


def _pattern(terms: Terms) -> re.Pattern[str]:
    pieces = [re.escape(fold(piece)) for piece in terms.pieces]
    words = [re.escape(fold(word)) for word in terms.words]
    if not pieces:
        # Next to a script without spaces, a word may be joined to others.
        last = f"{BEFORE}{words.pop()}"
        words = [last, *(f"{BEFORE}{word}{AFTER}" for word in words)]
    return re.compile("|".join(each for each in (*pieces, *words) if each))
