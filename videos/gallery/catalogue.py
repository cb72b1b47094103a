"""What do pages offer?"""

from django.core.cache import caches

from videos import jobs
from videos.models import Character, Offer

# What is submitted is held against the present, so a page may be some seconds behind.
OFFERS_SECONDS = 5


def shown_offers() -> list[Offer]:
    """The catalogue with its providers, at most OFFERS_SECONDS old; an empty one is not kept."""
    kept: list[Offer] | None = caches["cards"].get("offers")
    if kept:
        return kept
    offers = jobs.offers()
    caches["cards"].set("offers", offers, OFFERS_SECONDS)
    return offers


def shown_cast(offers: list[Offer]) -> dict[int, list[Character]]:
    """Provider's pk → the characters that may be chosen, at most OFFERS_SECONDS old."""
    kept: dict[int, list[Character]] | None = caches["cards"].get("cast")
    if kept is None:
        kept = jobs.cast_for(offers)
        caches["cards"].set("cast", kept, OFFERS_SECONDS)
    return kept
