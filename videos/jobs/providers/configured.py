"""Which providers come from the settings?"""

import re

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from videos.jobs.providers.clients import RESUMED, pause_unreadable_keys
from videos.models import Origin, Provider
from videos.provider.addresses import url_host


def sync_configured() -> None:
    """Write the providers of the environment and the engine to the database.

    Providers that an admin added are left alone. Called when a mirror starts.
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
        # A provider that an admin turned off stays off.
        rows = Provider.objects.filter(origin=origin, turned_off=False)
        rows.exclude(enabled=on).update(enabled=on)
    pause_unreadable_keys()


def _engine_url() -> str:
    # An engine that listens on all addresses is reached by the loopback address.
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    host = own.get(settings.ENGINE_HOST, settings.ENGINE_HOST)
    return f"http://{url_host(host)}:{settings.ENGINE_PORT}/v1"


def _ensure(origin: Origin, *, name: str, base_url: str, dialect: str, key: str) -> None:
    with transaction.atomic():
        provider, created = Provider.objects.get_or_create(
            slug=origin.value,
            defaults={"name": name, "base_url": base_url, "dialect": dialect, "origin": origin},
        )
        same = (provider.base_url, provider.dialect, provider.key) == (base_url, dialect, key)
        if not created and same and not provider.has_unreadable_key:
            # Read the catalogue again: the engine may just have started.
            Provider.objects.filter(pk=provider.pk).update(due_at=timezone.now())
            return
        if (provider.base_url, provider.dialect) != (base_url, dialect):
            # The test results are about another server.
            provider.capabilities, provider.probe, provider.probed_at = {}, {}, None
        provider.name, provider.base_url, provider.dialect, provider.key = (
            name,
            base_url,
            dialect,
            key,
        )
        provider.due_at = timezone.now()
        if origin == Origin.ENVIRONMENT:
            provider.probe_due_at = provider.due_at
        for field, value in RESUMED.items():
            setattr(provider, field, value)
        provider.save()
