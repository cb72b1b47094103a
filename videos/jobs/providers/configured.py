"""Which providers do the settings name?"""

import re

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from videos.jobs.providers.clients import RESUMED, pause_unreadable_keys
from videos.models import Origin, Provider
from videos.provider.addresses import url_host


def sync_configured() -> None:
    """Make the providers of the environment (and the engine) true in the database.

    An admin's own providers are left alone. Called when a mirror starts.
    """
    if settings.OPENAI_BASE_URL:
        _ensure(
            Origin.ENVIRONMENT,
            name=re.sub(r"^https?://|/.*$", "", settings.OPENAI_BASE_URL)[:60],
            base_url=settings.OPENAI_BASE_URL,
            dialect=settings.PROVIDER_DIALECT,
            key=settings.OPENAI_API_KEY,
        )
    if settings.ENGINE_ENABLED:
        _ensure(
            Origin.ENGINE,
            name="Engine",
            base_url=_engine_url(),
            dialect="engine",
            key=settings.ENGINE_KEY,
        )
    wanted = {
        Origin.ENVIRONMENT: bool(settings.OPENAI_BASE_URL),
        Origin.ENGINE: settings.ENGINE_ENABLED,
    }
    for origin, on in wanted.items():
        # What an admin has turned off stays off.
        rows = Provider.objects.filter(origin=origin, turned_off=False)
        rows.exclude(enabled=on).update(enabled=on)
    pause_unreadable_keys()


def _engine_url() -> str:
    # An engine that listens on every address is reached on this machine's own.
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    host = own.get(settings.ENGINE_HOST, settings.ENGINE_HOST)
    return f"http://{url_host(host)}:{settings.ENGINE_PORT}/v1"


def _ensure(origin: Origin, *, name: str, base_url: str, dialect: str, key: str) -> None:
    with transaction.atomic():
        known, made = Provider.objects.get_or_create(
            slug=origin.value,
            defaults={"name": name, "base_url": base_url, "dialect": dialect, "origin": origin},
        )
        same = (known.base_url, known.dialect, known.key) == (base_url, dialect, key)
        if not made and same and not known.has_unreadable_key:
            # The engine starts beside us: what it could not do a moment ago says nothing now.
            Provider.objects.filter(pk=known.pk).update(due_at=timezone.now())
            return
        if (known.base_url, known.dialect) != (base_url, dialect):
            # What a test has learnt was about another server.
            known.capabilities, known.probe, known.probed_at = {}, {}, None
        known.name, known.base_url, known.dialect, known.key = name, base_url, dialect, key
        known.due_at = timezone.now()
        if origin == Origin.ENVIRONMENT:
            known.probe_due_at = known.due_at
        for field, value in RESUMED.items():
            setattr(known, field, value)
        known.save()
