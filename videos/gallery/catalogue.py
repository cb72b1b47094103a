"""What do pages offer?"""

from django.core.cache import caches

from videos import jobs
from videos.models import Offer

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
