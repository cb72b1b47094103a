"""What do pages offer?"""

from django.core.cache import caches
from django.utils.translation import gettext as _

from videos.jobs.characters.select import cast_for
from videos.jobs.submission.validate import enabled_offers
from videos.models import Character, Offer, Provider

# What is submitted is held against the present, so a page may be some seconds behind.
OFFERS_SECONDS = 5


def shown_offers() -> list[Offer]:
    """The catalogue with its providers, at most OFFERS_SECONDS old; an empty one is not kept."""
    kept: list[Offer] | None = caches["cards"].get("offers")
    if kept:
        return kept
    offers = enabled_offers()
    caches["cards"].set("offers", offers, OFFERS_SECONDS)
    return offers


def forget_offers() -> None:
    """An admin has changed the catalogue, and wants to see it."""
    caches["cards"].delete("offers")


def shown_cast(offers: list[Offer]) -> dict[int, list[Character]]:
    """Provider's pk → the characters that may be chosen, at most OFFERS_SECONDS old."""
    kept: dict[int, list[Character]] | None = caches["cards"].get("cast")
    if kept is None:
        kept = cast_for(offers)
        caches["cards"].set("cast", kept, OFFERS_SECONDS)
    return kept


def no_models_note() -> str:
    """What a page says while there is nothing to generate with."""
    names = [str(provider) for provider in Provider.objects.filter(enabled=True)]
    if not names:
        return _("No provider is set up yet, so there is nothing to generate with.")
    text = _("Connecting to %(names)s… Models appear here as soon as it answers.")
    return text % {"names": ", ".join(names)}
