"""How does an admin add, change and remove a provider?"""

import logging
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.archive.uploads import references
from videos.jobs.errors import ValidationFailed, translated
from videos.jobs.providers.clients import RESUMED, UNTESTED, resume_provider
from videos.models import AuditAction, Origin, Provider, record
from videos.models.queryset import MADE_NOTHING
from videos.provider.addresses import check_base_url, origin
from videos.provider.dialects import CAPABILITIES, DIALECTS
from videos.provider.headers import check_key

# The limits for the seconds to wait for the answer to a create.
CREATE_TIMEOUTS = (10, 900)
AUDITED = (
    "name",
    "base_url",
    "dialect",
    "enabled",
    "corrections",
    "max_jobs",
    "max_creates_per_minute",
    "create_timeout_seconds",
    "expires_after_seconds",
)
# Slugs that are pages under /providers.
TAKEN = frozenset({"new"})
KEY_STAYS = gettext_lazy(
    "The stored key is for %(host)s and isn't sent to another host. Enter the key again, "
    "or tick “Remove the key”."
)


log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The form of an admin. `key` "" keeps the stored one; `dialect` "" lets a test decide.

    `corrections` maps a capability to yes or no, against what the test found.
    """

    name: str
    base_url: str
    key: str = field(default="", repr=False)
    remove_key: bool = False
    dialect: str = ""
    corrections: dict[str, bool] = field(default_factory=dict)
    max_jobs: int | None = None
    max_creates_per_minute: int | None = None
    create_timeout_seconds: int | None = None
    expires_after_seconds: int | None = None
    enabled: bool = True


def add_provider(draft: Draft) -> Provider:
    """Create a provider, which is then tested. Raises ValidationFailed with errors by field."""
    provider = Provider(origin=Origin.ADMIN, dialect="openai")
    _check(provider, draft)
    with transaction.atomic():
        provider.slug = _free_slug(draft.name)
        _fill(provider, draft)
        provider.due_at = timezone.now()
        provider.save(force_insert=True)
        record(AuditAction.PROVIDER_ADDED, provider, after=_facts(provider))
        _log_key(provider, draft)
    return provider


def change_provider(provider: Provider, draft: Draft) -> None:
    """Save an admin's changes. A new address or key is tested again."""
    if provider.origin == Origin.ADMIN:
        _check(provider, draft)
    before = _facts(provider)
    names = _fill(provider, draft)
    with transaction.atomic():
        # Only these columns: the mirror writes others of the same row.
        provider.save(update_fields=names)
        record(AuditAction.PROVIDER_CHANGED, provider, before=before, after=_facts(provider))
        _log_key(provider, draft)


def _log_key(provider: Provider, draft: Draft) -> None:
    if provider.origin == Origin.ADMIN and (draft.key or draft.remove_key):
        done = "set" if draft.key else "removed"
        log.info("the key of provider %s was %s", provider.slug, done)
        record(AuditAction.PROVIDER_KEY, provider, after={"key": done})


def _facts(provider: Provider) -> dict[str, Any]:
    """What the audit log keeps of a provider."""
    return {name: getattr(provider, name) for name in AUDITED}


def resume_by_hand(provider: Provider) -> None:
    """End a pause, because a person asked for it."""
    with transaction.atomic():
        resume_provider(provider)
        record(AuditAction.PROVIDER_RESUMED, provider)


def is_configured(provider: Provider) -> bool:
    """Return True if the settings of this installation define the provider."""
    if provider.origin == Origin.ENVIRONMENT:
        return bool(settings.OPENAI_BASE_URL)
    return provider.origin == Origin.ENGINE and settings.ENGINE_ENABLED


def removal(provider: Provider) -> tuple[str, int]:
    """(why it can't be deleted, or ""; how many jobs without a clip would be deleted with it)."""
    if is_configured(provider):
        return _("This provider comes from the settings. Turn it off instead."), 0
    counts = provider.jobs.aggregate(
        all=models.Count("pk"), nothing=models.Count("pk", filter=MADE_NOTHING)
    )
    if counts["all"] > counts["nothing"]:
        text = _(
            "This provider has clips. Move or cancel those that are waiting. If it has made any, "
            "turn it off instead."
        )
        return text, 0
    return "", counts["nothing"]


def why_not_removable(provider: Provider) -> str:
    """Why it can't be deleted, for people; "" if it can."""
    return removal(provider)[0]


def remove_provider(provider: Provider) -> None:
    """Delete it with its catalogue and the jobs that made nothing.

    Raises ValidationFailed if it has clips.
    """
    try:
        with transaction.atomic():
            if why := why_not_removable(provider):
                raise ValidationFailed({"": why})
            without_clip = provider.jobs.made_nothing()
            pictures = list(without_clip.exclude(reference="").values_list("reference", flat=True))
            without_clip.delete()
            record(AuditAction.PROVIDER_REMOVED, provider, before=_facts(provider))
            provider.delete()
    except models.ProtectedError:
        raise ValidationFailed({"": why_not_removable(provider)}) from None
    for name in pictures:
        references.drop(name)


def _check(provider: Provider, draft: Draft) -> None:
    errors: dict[str, str] = {}
    name = draft.name.strip()
    if not 0 < len(name) <= 60 or not name.isprintable():
        errors["name"] = _("Enter a name of at most 60 visible characters.")
    try:
        parts = check_base_url(draft.base_url)
        if len(draft.base_url) > 500:
            errors["base_url"] = _("The address is too long.")
        elif _key_would_move(provider, draft, origin(parts)):
            host = origin(check_base_url(provider.base_url))[1]
            errors["key"] = KEY_STAYS % {"host": host}
    except ValueError as error:
        errors["base_url"] = translated(error)
    try:
        check_key(draft.key)
    except ValueError as error:
        errors["key"] = translated(error)
    if draft.key and draft.remove_key:
        errors["key"] = _("Either enter a new key or remove the stored one.")
    if draft.dialect and draft.dialect not in DIALECTS:
        errors["dialect"] = _("Unknown kind of server.")
    if errors:
        raise ValidationFailed(errors)


def _key_would_move(provider: Provider, draft: Draft, to: tuple[str, str, int]) -> bool:
    """Return True if the stored key would be sent to another server than it was entered for."""
    if not provider.sealed_key or draft.key or draft.remove_key:
        return False
    return origin(check_base_url(provider.base_url)) != to


def _fill(provider: Provider, draft: Draft) -> list[str]:
    """Copy the draft to the row, and return the names of the changed columns."""
    values: dict[str, Any] = {
        "max_jobs": draft.max_jobs,
        "max_creates_per_minute": draft.max_creates_per_minute,
        "create_timeout_seconds": draft.create_timeout_seconds,
        "expires_after_seconds": draft.expires_after_seconds,
        "corrections": {n: v for n, v in draft.corrections.items() if n in CAPABILITIES},
        "turned_off": not draft.enabled,
        "enabled": draft.enabled and (provider.origin == Origin.ADMIN or is_configured(provider)),
    }
    if provider.origin == Origin.ADMIN:
        values |= _own(provider, draft)
    for name, value in values.items():
        setattr(provider, name, value)
    return list(values)


def _own(provider: Provider, draft: Draft) -> dict[str, Any]:
    """The columns that exist only for providers added by an admin."""
    now = timezone.now()
    base_url = draft.base_url.rstrip("/")
    values: dict[str, Any] = {
        "name": draft.name.strip(),
        "base_url": base_url,
        "dialect": draft.dialect or provider.dialect,
        "dialect_by_hand": bool(draft.dialect),
    }
    moved = base_url != provider.base_url
    if draft.key or draft.remove_key:
        provider.key = draft.key.strip()
        values["sealed_key"] = provider.sealed_key
    if moved:
        values |= UNTESTED
    if moved or "sealed_key" in values:
        values |= RESUMED | {"probe_due_at": now, "due_at": now}
    return values


def _free_slug(name: str) -> str:
    """A unique slug, made from the name."""
    stem = slugify(name)[:32] or "provider"
    taken = set(Provider.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= TAKEN
    numbered = (f"{stem}-{number}" for number in range(2, 10_000))
    return stem if stem not in taken else next(each for each in numbered if each not in taken)
