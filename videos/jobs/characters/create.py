"""How does a member create a character, and decide about an unconfirmed one?"""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from videos import wire
from videos.archive.errors import NotAClip
from videos.archive.uploads import clips
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.jobs.providers.clients import dialect_of
from videos.models import CatalogueModel, Character, CharacterStatus, Member, Provider, VideoJob

S = CharacterStatus


def shows_character(job: VideoJob) -> bool:
    """Return True if a character can be made from this clip."""
    able = job.provider.enabled and dialect_of(job.provider).characters and not job.is_blind
    return able and job.archived_at is not None and not job.is_trashed


def character_provider(model: CatalogueModel | None) -> Provider | None:
    """The provider for an uploaded character: the model's, or the first with characters."""
    if model is not None:
        return model.provider if dialect_of(model.provider).characters else None
    enabled = Provider.objects.filter(enabled=True).order_by("pk")
    return next((each for each in enabled if dialect_of(each).characters), None)


def make_character(member: Member, source: VideoJob, name: str, key: str) -> Character:
    """Create a character from an archived clip, or return the one that `key` created before."""
    if not shows_character(source):
        raise ValidationFailed({"": _("No character can be made from this clip.")})
    return _add(member, name, key, provider=source.provider, source=source)


def upload_character(
    member: Member, provider: Provider, name: str, key: str, chunks: Iterable[bytes]
) -> Character:
    """Create a character from an uploaded MP4. The file is stored before the row."""
    earlier = Character.objects.filter(maker=member, submission_key=key).first()
    if earlier is not None:
        # Only the name is compared: the file may have been sent and deleted by now.
        return _same(earlier, _name(name))
    character = Character(maker=member, provider=provider, submission_key=key)
    try:
        character.upload = clips.keep(character.public_id, chunks)
    except NotAClip as error:
        text = _("This isn't a usable MP4: %(reason)s.") % {"reason": error}
        raise ValidationFailed({"video": text}) from error
    try:
        stored = _add(member, name, key, provider=provider, character=character)
    except (ValidationFailed, IdempotencyConflict):
        clips.drop(character.upload)
        raise
    if stored.pk != character.pk:
        clips.drop(character.upload)
    return stored


def _add(
    member: Member, name: str, key: str, *, character: Character | None = None, **fields: Any
) -> Character:
    if not 0 < len(key) <= 64 or not key.isascii():
        raise ValidationFailed({"key": _("This form's key isn't valid. Reload the page.")})
    character = character or Character(maker=member, submission_key=key, **fields)
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
        text = _("Enter a name of 1 to %(limit)d characters on one line.")
        raise ValidationFailed({"name": text % {"limit": wire.MAX_NAME}}) from error


def _same(earlier: Character, name: str) -> Character:
    if earlier.name != name:
        raise IdempotencyConflict
    return earlier


# --- what a person decides -------------------------------------------------------------------


def decide_many_characters(characters: Iterable[Character], choice: str) -> int:
    """Send many `unsure` characters `again` or `give_up` on them. Returns how many it changed."""
    return sum(resolve_character(each, choice) for each in characters)


def resolve_character(character: Character, choice: str, remote_id: str = "") -> bool:
    """Decide about an `unsure` character: `link` an id, send it `again`, or `give_up`.

    Returns False if someone else decided first; raises ValidationFailed for an unknown choice or
    an unusable id.
    """
    rows = Character.objects.filter(pk=character.pk, status=S.UNSURE)
    again = {"status": S.SUBMITTING, "due_at": timezone.now(), "message": "", "attempts": 0}
    if choice == "again":
        return rows.update(**again, submit_started_at=None) == 1
    if choice == "give_up":
        return rows.update(status=S.FAILED, message="Given up.") == 1
    if choice != "link":
        raise ValidationFailed({"": _("Choose one of the options.")})
    remote_id = remote_id.strip()
    if wire.as_id(remote_id) is None:
        raise ValidationFailed({"remote_id": _("Paste the provider's ID of the character.")})
    return rows.update(**again, remote_id=remote_id) == 1
