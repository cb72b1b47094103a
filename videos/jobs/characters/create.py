"""How does somebody in a clip become a character, and what may a person decide about it?"""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from videos import wire
from videos.archive.errors import NotAClip
from videos.archive.uploads import clips
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.jobs.providers.clients import dialect_of
from videos.models import Character, CharacterStatus, Member, Offer, Provider, VideoJob

S = CharacterStatus


def shows_character(job: VideoJob) -> bool:
    """May a character be made from this clip just now?"""
    able = job.provider.enabled and dialect_of(job.provider).characters
    return able and job.archived_at is not None and job.trashed_at is None


def character_provider(offer: Offer | None) -> Provider | None:
    """Who learns an uploaded character: the offer's provider, or the first that can."""
    if offer is not None:
        return offer.provider if dialect_of(offer.provider).characters else None
    enabled = Provider.objects.filter(enabled=True).order_by("pk")
    return next((each for each in enabled if dialect_of(each).characters), None)


def make_character(member: Member, source: VideoJob, name: str, key: str) -> Character:
    """A character from an archived clip of ours: a new one, or the one that `key` made before."""
    if not shows_character(source):
        raise ValidationFailed({"": "No character can be made from this clip."})
    return _add(member, name, key, provider=source.provider, source=source)


def upload_character(
    member: Member, provider: Provider, name: str, key: str, chunks: Iterable[bytes]
) -> Character:
    """A character from an uploaded MP4. The file is stored whole before the row is."""
    earlier = Character.objects.filter(maker=member, submission_key=key).first()
    if earlier is not None:
        # Its file may have been sent and dropped by now, so the name alone is compared.
        return _same(earlier, _name(name))
    character = Character(maker=member, provider=provider, submission_key=key)
    try:
        character.upload = clips.keep(character.public_id, chunks)
    except NotAClip as error:
        raise ValidationFailed({"video": f"This is no MP4 that can be used: {error}."}) from error
    try:
        made = _add(member, name, key, provider=provider, made=character)
    except (ValidationFailed, IdempotencyConflict):
        clips.drop(character.upload)
        raise
    if made.pk != character.pk:
        clips.drop(character.upload)
    return made


def _add(
    member: Member, name: str, key: str, *, made: Character | None = None, **fields: Any
) -> Character:
    if not 0 < len(key) <= 64 or not key.isascii():
        raise ValidationFailed(
            {"key": "This form's one-time key is not one of ours. Reload the page."}
        )
    character = made or Character(maker=member, submission_key=key, **fields)
    character.name, character.due_at = _name(name), timezone.now()
    try:
        with transaction.atomic():
            character.save(force_insert=True)
    except IntegrityError:
        earlier = Character.objects.filter(maker=member, submission_key=key).first()
        if earlier is None:
            raise
        return _same(earlier, character.name)
    return character


def _name(name: str) -> str:
    try:
        return wire.read_name(name)
    except wire.WireError as error:
        raise ValidationFailed({"name": error.message.replace("`name`", "The name")}) from error


def _same(earlier: Character, name: str) -> Character:
    if earlier.name != name:
        raise IdempotencyConflict
    return earlier


# --- what a person decides -------------------------------------------------------------------


def decide_many_characters(characters: Iterable[Character], choice: str) -> int:
    """Send many `unsure` characters `again` or `give_up` on them. Returns how many it changed."""
    return sum(resolve_character(each, choice) for each in characters)


def resolve_character(character: Character, choice: str, remote_id: str = "") -> bool:
    """Decide about an `unsure` character: `link` an id, send it `again`, or `give_up`. False where
    another was faster; ValidationFailed for a choice or an id that cannot be."""
    rows = Character.objects.filter(pk=character.pk, status=S.UNSURE)
    again = {"status": S.SUBMITTING, "due_at": timezone.now(), "message": "", "attempts": 0}
    if choice == "again":
        return rows.update(**again, submit_started_at=None) == 1
    if choice == "give_up":
        return rows.update(status=S.FAILED, message="Given up.") == 1
    if choice != "link":
        raise ValidationFailed({"": "Choose one of the three."})
    remote_id = remote_id.strip()
    if wire.as_id(remote_id) is None:
        raise ValidationFailed({"remote_id": "Paste the id of the character at the provider."})
    return rows.update(**again, remote_id=remote_id) == 1
