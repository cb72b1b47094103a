"""How are prompts kept for later, and what becomes of the variables in them?"""

import re
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos import wire
from videos.jobs.errors import ValidationFailed, translated
from videos.jobs.sanitize import plain
from videos.jobs.submission.extra_fields import EXTRA_NAMES
from videos.models import Action, AuditAction, Member, Prompt, may, record, visible_jobs
from videos.models.prompt import MAX_PROMPT_NAME

VARIABLE = re.compile(r"\{(\w[\w -]{0,39})\}")
MAX_VARIABLES = 20
# The composer's choices that a prompt can carry along.
CHOICES = ("model", "size", "seconds")
SETTINGS = (*CHOICES, *EXTRA_NAMES)
MAX_SETTING = 2000
# How many of one's own clips are looked through for recent prompts, and how many are shown.
LOOKED_AT, RECENT = 60, 12

TAKEN = gettext_lazy("A prompt with this name already exists.")
NOT_YOURS = gettext_lazy("Only the member who saved this prompt, or an admin, can change it.")
CHANGED_SINCE = gettext_lazy(
    "Someone else changed this prompt first. Copy what you typed, then reload the page."
)


def variables_of(text: str) -> list[str]:
    """The names in braces, each once, in their order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))[:MAX_VARIABLES]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the variables that have a value replaced by it."""
    return VARIABLE.sub(lambda match: values.get(match[1]) or match[0], text)


def create_prompt(member: Member, name: str, text: str, settings: Mapping[str, str]) -> Prompt:
    """Keep a prompt for the team. Raises ValidationFailed."""
    fields = _checked(name, text, settings)
    try:
        with transaction.atomic():
            return Prompt.objects.create(maker=member, **fields)
    except IntegrityError as error:
        raise ValidationFailed({"name": str(TAKEN)}) from error


def change_prompt(
    member: Member,
    prompt: Prompt,
    version: int,
    name: str,
    text: str,
    settings: Mapping[str, str],
) -> None:
    """Change a prompt as of `version`, the one that was shown. Raises ValidationFailed."""
    _refuse_others(member, prompt)
    fields = _checked(name, text, settings)
    rows = Prompt.objects.live().filter(pk=prompt.pk, version=version)
    try:
        with transaction.atomic():
            done = rows.update(**fields, version=F("version") + 1, changed_at=timezone.now())
    except IntegrityError as error:
        raise ValidationFailed({"name": str(TAKEN)}) from error
    if not done:
        raise ValidationFailed({"": str(CHANGED_SINCE)})


def delete_prompt(member: Member, prompt: Prompt, *, deleted: bool = True) -> None:
    """Delete a prompt, or bring it back. Raises ValidationFailed."""
    _refuse_others(member, prompt)
    try:
        with transaction.atomic():
            Prompt.objects.filter(pk=prompt.pk).update(
                deleted_at=timezone.now() if deleted else None
            )
            if deleted:
                record(AuditAction.PROMPT_DELETED, prompt, member=member)
    except IntegrityError as error:
        raise ValidationFailed({"name": str(TAKEN)}) from error


def recent_prompts(member: Member) -> list[tuple[str, str]]:
    """(public id, prompt) of the member's newest clips, each prompt once. One query."""
    mine = visible_jobs(member).live().filter(maker=member).order_by("-id")
    newest: dict[str, str] = {}
    for public_id, prompt in mine.values_list("public_id", "prompt")[:LOOKED_AT]:
        newest.setdefault(prompt, public_id)
    return [(public_id, prompt) for prompt, public_id in newest.items()][:RECENT]


def clean_settings(settings: Mapping[str, str]) -> dict[str, str]:
    """Those of the composer's choices that a prompt can carry, without empty ones."""
    texts = {name: str(settings.get(name) or "").strip()[:MAX_SETTING] for name in SETTINGS}
    return {name: text for name, text in texts.items() if text}


def _refuse_others(member: Member, prompt: Prompt) -> None:
    if not may(member, Action.SAVE_PROMPTS, prompt):
        raise ValidationFailed({"": str(NOT_YOURS)})


def _checked(name: str, text: str, settings: Mapping[str, str]) -> dict[str, object]:
    errors: dict[str, str] = {}
    name = " ".join(plain(name).split())
    if not name:
        errors["name"] = _("Type a name.")
    elif len(name) > MAX_PROMPT_NAME:
        errors["name"] = _("Use at most %(limit)d characters.") % {"limit": MAX_PROMPT_NAME}
    cleaned = clean_settings(settings)
    if text.strip():
        try:
            text = wire.clean_prompt(text)
        except wire.WireError as error:
            errors["text"] = translated(error)
    elif not cleaned:
        errors["text"] = _("Enter a prompt, or choose settings to save without one.")
    if errors:
        raise ValidationFailed(errors)
    return {"name": name, "text": text.strip() and text, "settings": cleaned}
