"""Which characters may appear in a clip, and what are their ids at the provider?"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from videos.jobs.providers.clients import dialect_of
from videos.models import CatalogueModel, Character, CharacterStatus, Provider, VideoJob

# A character that is still being made may be used: the clip waits for it.
USABLE = (CharacterStatus.SUBMITTING, CharacterStatus.UNSURE, CharacterStatus.READY)


class NotYet(Exception):
    """A character of the clip is still being made, or unconfirmed. The message is its name."""

    def __init__(self, name: str, *, is_unsure: bool) -> None:
        super().__init__(name)
        self.is_unsure = is_unsure


class NoCharacter(Exception):
    """A character of the clip failed. The message says which."""


def unfit_characters(provider: Provider, ids: Sequence[str]) -> dict[str, str]:
    """Errors by field for these public ids of characters; empty if all can be used."""
    if not ids:
        return {}
    if not dialect_of(provider).characters:
        return {
            "characters": _("%(provider)s doesn't support characters.") % {"provider": provider}
        }
    rows = Character.objects.filter(public_id__in=ids, provider=provider, status__in=USABLE)
    if rows.count() < len(set(ids)):
        text = _("%(provider)s doesn't have this character, or it failed.")
        return {"characters": text % {"provider": provider}}
    return {}


def cast_for(models: Iterable[CatalogueModel]) -> dict[int, list[Character]]:
    """Ready characters by their provider's pk; no query if no provider supports them."""
    able = {o.provider_id for o in models if dialect_of(o.provider).characters}
    characters: dict[int, list[Character]] = {pk: [] for pk in able}
    if able:
        ready = Character.objects.filter(provider__in=able, status=CharacterStatus.READY)
        for character in ready.only("public_id", "name", "provider_id").order_by("name", "pk"):
            characters[character.provider_id].append(character)
    return characters


def remote_cast(job: VideoJob) -> tuple[str, ...]:
    """The provider's ids of the job's characters. Raises NotYet or NoCharacter."""
    rows = {
        row.public_id: row
        for row in Character.objects.filter(
            public_id__in=job.characters, provider_id=job.provider_id
        )
    }
    for public_id in job.characters:
        row = rows.get(public_id)
        if row is None or row.status == CharacterStatus.FAILED:
            name = row.name if row else public_id
            raise NoCharacter(f"The character “{name}” could not be made.")
        if row.status != CharacterStatus.READY:
            raise NotYet(row.name, is_unsure=row.status == CharacterStatus.UNSURE)
    return tuple(rows[public_id].remote_id for public_id in job.characters)


def names_of(job: VideoJob) -> str:
    """The names of the job's characters, for people."""
    if not job.characters:
        return ""
    rows = Character.objects.filter(public_id__in=job.characters)
    names = dict(rows.values_list("public_id", "name"))
    return ", ".join(names.get(each, each) for each in job.characters)
