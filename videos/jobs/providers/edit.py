"""How does an admin add, change and remove a provider?"""

import logging
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from videos.archive.uploads import references
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.clients import RESUMED
from videos.models import Origin, Provider
from videos.models.queryset import MADE_NOTHING
from videos.provider.addresses import check_base_url, origin
from videos.provider.dialects import CAPABILITIES, DIALECTS
from videos.provider.headers import check_key

# How many seconds an admin may let a create take: the least and the most.
CREATE_TIMEOUTS = (10, 900)
# What an address under /providers already means.
TAKEN = frozenset({"new"})
KEY_STAYS = (
    "The stored key belongs to {host} and is not sent elsewhere. Enter the key again, "
    "or tick “Remove the key”."
)


log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an admin has filled in. `key` "" keeps the stored one; `dialect` "" lets a test decide.

    `corrections` maps a capability to yes or no, where a person knows better than the test.
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
    """A new provider, about to be tested. ValidationFailed with the errors of the fields."""
    provider = Provider(origin=Origin.ADMIN, dialect="openai")
    _check(provider, draft)
    with transaction.atomic():
        provider.slug = _free_slug(draft.name)
        _fill(provider, draft)
        provider.due_at = timezone.now()
        provider.save(force_insert=True)
    _log_key(provider, draft)
    return provider


def change_provider(provider: Provider, draft: Draft) -> None:
    """Write what an admin may change. A new address or key is tested again."""
    if provider.origin == Origin.ADMIN:
        _check(provider, draft)
    names = _fill(provider, draft)
    # By name: the mirror holds and writes other columns of the same row.
    provider.save(update_fields=names)
    _log_key(provider, draft)


def _log_key(provider: Provider, draft: Draft) -> None:
    if provider.origin == Origin.ADMIN and (draft.key or draft.remove_key):
        log.info("the key of provider %s was %s", provider.slug, "set" if draft.key else "removed")


def is_configured(provider: Provider) -> bool:
    """Is it there because of the settings of this installation?"""
    if provider.origin == Origin.ENVIRONMENT:
        return bool(settings.OPENAI_BASE_URL)
    return provider.origin == Origin.ENGINE and settings.ENGINE_ENABLED


def removal(provider: Provider) -> tuple[str, int]:
    """(why it cannot be deleted, in words for people; how many requests that made nothing go with
    it). The words are empty where it can."""
    if is_configured(provider):
        return "It comes from this installation's settings. Turn it off instead.", 0
    found = provider.jobs.aggregate(
        all=models.Count("pk"), nothing=models.Count("pk", filter=MADE_NOTHING)
    )
    if found["all"] > found["nothing"]:
        words = "Clips were made with it or wait for it. Move or cancel those that wait"
        return f"{words}; if any were made, turn it off instead.", 0
    return "", found["nothing"]


def why_not_removable(provider: Provider) -> str:
    """Why it cannot be deleted, in words for people; "" where it can."""
    return removal(provider)[0]


def remove_provider(provider: Provider) -> None:
    """Delete it with its catalogue, and with requests of which nothing was ever made.
    ValidationFailed while anything depends on it."""
    try:
        with transaction.atomic():
            if why := why_not_removable(provider):
                raise ValidationFailed({"": why})
            without_clip = provider.jobs.made_nothing()
            pictures = list(without_clip.exclude(reference="").values_list("reference", flat=True))
            without_clip.delete()
            provider.delete()
    except models.ProtectedError:
        raise ValidationFailed({"": why_not_removable(provider)}) from None
    for name in pictures:
        references.drop(name)


def _check(provider: Provider, draft: Draft) -> None:
    errors: dict[str, str] = {}
    name = draft.name.strip()
    if not 0 < len(name) <= 60 or not name.isprintable():
        errors["name"] = "Give it a name of at most 60 visible characters."
    try:
        parts = check_base_url(draft.base_url)
        if len(draft.base_url) > 500:
            errors["base_url"] = "The address is too long."
        elif _key_would_move(provider, draft, origin(parts)):
            host = origin(check_base_url(provider.base_url))[1]
            errors["key"] = KEY_STAYS.format(host=host)
    except ValueError as error:
        errors["base_url"] = str(error)
    try:
        check_key(draft.key)
    except ValueError as error:
        errors["key"] = str(error)
    if draft.key and draft.remove_key:
        errors["key"] = "Either enter a new key or remove the stored one."
    if draft.dialect and draft.dialect not in DIALECTS:
        errors["dialect"] = "There is no such kind of server."
    if errors:
        raise ValidationFailed(errors)


def _key_would_move(provider: Provider, draft: Draft, to: tuple[str, str, int]) -> bool:
    """Would a key that nobody can read any more be sent to another server than it was meant for?"""
    if not provider.sealed_key or draft.key or draft.remove_key:
        return False
    return origin(check_base_url(provider.base_url)) != to


def _fill(provider: Provider, draft: Draft) -> list[str]:
    """Put the draft into the row; returns the columns that are to be written."""
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
    """What belongs to a provider of an admin's alone."""
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
        values |= {"capabilities": {}, "probe": {}, "probed_at": None}
    if moved or "sealed_key" in values:
        values |= RESUMED | {"probe_due_at": now, "due_at": now}
    return values


def _free_slug(name: str) -> str:
    """An address of its own, from the name."""
    stem = slugify(name)[:32] or "provider"
    taken = set(Provider.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= TAKEN
    numbered = (f"{stem}-{number}" for number in range(2, 10_000))
    return stem if stem not in taken else next(each for each in numbered if each not in taken)
