"""What do pages offer?"""

from django.core.cache import caches
from django.utils.translation import gettext as _

from videos.jobs.characters.select import cast_for
from videos.jobs.submission.validate import enabled_models
from videos.models import CatalogueModel, Character, Picture, Provider

# What is submitted is held against the present, so a page may be some seconds behind.
CATALOGUE_SECONDS = 5
# How many pictures of the library can be chosen in the composer.
MAX_PICTURES = 300


def shown_models() -> list[CatalogueModel]:
    """The catalogue with its providers, at most CATALOGUE_SECONDS old; an empty one is not kept."""
    cached: list[CatalogueModel] | None = caches["cards"].get("catalogue_models")
    if cached:
        return cached
    models = enabled_models()
    caches["cards"].set("catalogue_models", models, CATALOGUE_SECONDS)
    return models


def forget_shown_models() -> None:
    """Show a change of the catalogue at once."""
    caches["cards"].delete("catalogue_models")


def shown_cast(models: list[CatalogueModel]) -> dict[int, list[Character]]:
    """Provider's pk → the characters that may be chosen, at most CATALOGUE_SECONDS old."""
    cached: dict[int, list[Character]] | None = caches["cards"].get("cast")
    if cached is None:
        cached = cast_for(models)
        caches["cards"].set("cast", cached, CATALOGUE_SECONDS)
    return cached


def shown_pictures() -> list[tuple[str, str]]:
    """(key, name) of the newest pictures of the library, at most CATALOGUE_SECONDS old."""
    cached: list[tuple[str, str]] | None = caches["cards"].get("pictures")
    if cached is None:
        rows = Picture.objects.live().values_list("pk", "name")[:MAX_PICTURES]
        cached = [(str(pk), name) for pk, name in rows]
        caches["cards"].set("pictures", cached, CATALOGUE_SECONDS)
    return cached


def forget_pictures() -> None:
    """Show a change of the library at once."""
    caches["cards"].delete("pictures")


def no_models_note() -> str:
    """What a page says while there is nothing to generate with."""
    names = [str(provider) for provider in Provider.objects.filter(enabled=True)]
    if not names:
        return _("No provider is set up yet, so there is nothing to generate with.")
    text = _("Connecting to %(names)s… Models appear here as soon as it answers.")
    return text % {"names": ", ".join(names)}
