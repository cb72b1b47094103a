"""How is a character sent once?"""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from videos.archive import store
from videos.archive.uploads import clips
from videos.failpoints import failpoint
from videos.jobs.providers.clients import (
    client_for,
    ready_for_create,
    record_created,
    record_failure,
    record_success,
)
from videos.jobs.retry import SEND_CHARACTER
from videos.jobs.sanitize import plain
from videos.jobs.send_count import (
    count_send,
    is_behind,
    read_marker,
    record_restore,
    write_marker,
)
from videos.models import Asset, Character, CharacterStatus, DatabaseRestore, Kind
from videos.provider.errors import NotFound, NotOffered, ProviderError, Refused
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

S = CharacterStatus
MAX_CLIP = 40 * 1024 * 1024
WAITED = gettext_noop("It waited while no background worker ran, and may have been made before.")
GONE = gettext_noop("The clip is no longer here.")
STOPPED = gettext_noop("The background worker stopped while it was sending.")


def send_character(character: Character) -> None:
    """The step of a `submitting` row: check the id that a person has linked, or post it once."""
    if character.remote_id:
        _check(character)
        return
    if character.submit_started_at is not None:
        _unsure(character, STOPPED)
        return
    if DatabaseRestore.objects.filter(at__gt=character.due_at).exists():
        # As with jobs. A person's decision makes it due again.
        _unsure(character, WAITED)
        return
    if poison := SEND_CHARACTER.poison(character):
        _end(character, S.FAILED, message=poison)
        return
    clip = _clip(character)
    if isinstance(clip, str):
        _end(character, S.FAILED, message=clip)
        return
    if not ready_for_create(character.provider):
        character.write_back()
        return
    if not _intend(character):
        return
    failpoint("character_started")
    try:
        remote = client_for(character.provider).create_character(character.name, clip)
    except ProviderError as error:
        _not_made(character, error)
        return
    failpoint("character_posted")
    record_created(character.provider)
    if not _end(character, S.READY, remote_id=remote.id):
        # The lease was lost, but the answer is still true.
        late = Character.objects.filter(pk=character.pk, status=S.UNSURE, remote_id="")
        late.update(status=S.READY, remote_id=remote.id, message="")
    clips.drop(character.upload)


def _intend(character: Character) -> bool:
    """Commit that the next thing to happen is the create. False: the row is no longer ours, the
    database turns out to be restored, or the send cannot be counted."""
    try:
        marker = read_marker()
    except OSError as error:
        log.error("%s is not sent: the count of sends cannot be read: %s", character, error)
        _later(character)
        return False
    held = Character.objects.held(character.lease_token).filter(pk=character.pk)
    with transaction.atomic():
        if is_behind(marker):
            record_restore(marker)
            return False
        if held.update(submit_started_at=timezone.now()) != 1:
            return False
        counted = count_send(marker)
    try:
        write_marker(counted)
    except OSError as error:
        log.error("%s is not sent: the count of sends cannot be written: %s", character, error)
        _later(character, submit_started_at=None)
        return False
    return True


def _clip(character: Character) -> bytes | str:
    """The MP4, or why there is none."""
    try:
        if character.upload:
            return clips.read(character.upload)
        asset = Asset.objects.filter(job_id=character.source_id, kind=Kind.VIDEO).first()
        if asset is None:
            return GONE
        if asset.bytes > MAX_CLIP:
            return gettext_noop("The clip is larger than %(size)d MB.", size=MAX_CLIP // 1024**2)
        return store.absolute(asset.path).read_bytes()
    except FileNotFoundError:
        return GONE


def _not_made(character: Character, error: ProviderError) -> None:
    is_own = isinstance(error, Refused | NotFound | NotOffered)
    is_own = is_own or not record_failure(character.provider, error, on_create=True)
    if is_own and error.proves_nothing_created:
        _end(character, S.FAILED, message=error.message)
        clips.drop(character.upload)
    elif error.proves_nothing_created:
        _later(character, submit_started_at=None)
    else:
        said = error.message
        _unsure(character, gettext_noop("No clear answer: %(reason)s", reason=said))


def _check(character: Character) -> None:
    try:
        client_for(character.provider).retrieve_character(character.remote_id)
    except (NotFound, NotOffered, Refused) as error:
        message = gettext_noop(
            "The provider doesn't know this ID: %(reason)s", reason=error.message
        )
        _unsure(character, message, remote_id="")
    except ProviderError as error:
        record_failure(character.provider, error)
        _later(character)
    else:
        record_success(character.provider)
        _end(character, S.READY)
        clips.drop(character.upload)


def _later(character: Character, **changes: Any) -> None:
    attempts = character.attempts + 1
    due_at = timezone.now() + SEND_CHARACTER.wait(attempts)
    character.write_back(attempts=attempts, due_at=due_at, **changes)


def _unsure(character: Character, why: str, **changes: Any) -> None:
    _end(character, S.UNSURE, message=why, **changes)


def _end(character: Character, status: CharacterStatus, message: str = "", **changes: Any) -> bool:
    return character.write_back(status=status, due_at=None, message=plain(message), **changes)
