"""What do pages offer?"""

from uuid import uuid4

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
    caches["cards"].set_many({"offers": offers, "stamp": uuid4().hex}, OFFERS_SECONDS)
    return offers


def stamp() -> str:
    """Another one for each reading of the catalogue; empty where none is kept."""
    kept: str = caches["cards"].get("stamp", "")
    return kept


def forget_offers() -> None:
    """An admin has changed the catalogue, and wants to see it."""
    caches["cards"].delete_many(["offers", "stamp"])


def shown_cast(offers: list[Offer]) -> dict[int, list[Character]]:
    """Provider's pk → the characters that may be chosen, at most OFFERS_SECONDS old."""
    kept: dict[int, list[Character]] | None = caches["cards"].get("cast")
    if kept is None:
        kept = jobs.cast_for(offers)
        caches["cards"].set("cast", kept, OFFERS_SECONDS)
    return kept
