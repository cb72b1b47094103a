"""Which providers come from the settings?"""

import re

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from videos.jobs.providers.clients import RESUMED, UNTESTED, pause_unreadable_keys
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
        now = timezone.now()
        if not created and same and not provider.has_unreadable_key:
            # Read the catalogue again: the engine may just have started.
            rows = Provider.objects.filter(pk=provider.pk)
            rows.update(due_at=now)
            rows.filter(proved_at=None).update(probe_due_at=now)
            return
        moved = (provider.base_url, provider.dialect) != (base_url, dialect)
        values = RESUMED | (UNTESTED if moved else {})
        values |= {"name": name, "base_url": base_url, "dialect": dialect, "key": key}
        # The engine is ours, so it needs no test.
        wanted = {"proved_at": now} if origin == Origin.ENGINE else {"probe_due_at": now}
        for field, value in (values | wanted | {"due_at": now}).items():
            setattr(provider, field, value)
        provider.save()
