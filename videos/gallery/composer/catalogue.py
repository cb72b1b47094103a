"""What do pages offer?"""

from django.core.cache import caches
from django.utils.translation import gettext as _

from videos.jobs.characters.select import cast_for
from videos.jobs.submission.validate import enabled_offers
from videos.models import Character, Offer, Picture, Provider

# What is submitted is held against the present, so a page may be some seconds behind.
OFFERS_SECONDS = 5
# How many pictures of the library can be chosen in the composer.
MAX_PICTURES = 300


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


def shown_pictures() -> list[tuple[str, str]]:
    """(key, name) of the newest pictures of the library, at most OFFERS_SECONDS old."""
    kept: list[tuple[str, str]] | None = caches["cards"].get("pictures")
    if kept is None:
        rows = Picture.objects.live().values_list("pk", "name")[:MAX_PICTURES]
        kept = [(str(pk), name) for pk, name in rows]
        caches["cards"].set("pictures", kept, OFFERS_SECONDS)
    return kept


def forget_pictures() -> None:
    """Somebody has changed the library, and wants to see it."""
    caches["cards"].delete("pictures")


def no_models_note() -> str:
    """What a page says while there is nothing to generate with."""
    names = [str(provider) for provider in Provider.objects.filter(enabled=True)]
    if not names:
        return _("No provider is set up yet, so there is nothing to generate with.")
    text = _("Connecting to %(names)s… Models appear here as soon as it answers.")
    return text % {"names": ", ".join(names)}
