"""Which providers are there, and are they well?"""

import logging
import random
import re
from datetime import timedelta
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from videos.models import Origin, Provider
from videos.provider.client import Client, Timeouts
from videos.provider.dialects import Dialect, corrected, dialect
from videos.provider.errors import (
    NotFound,
    NotOffered,
    ProviderError,
    RateLimited,
    Unauthorized,
)

log = logging.getLogger(__name__)

LONG_PAUSE = timedelta(minutes=5)
# What the words of such pauses begin with.
KEY_REFUSED, NO_ANSWER = "It refuses our key", "It does not answer"
NO_ENDPOINT = "It does not offer this endpoint or model"
RUNNING: dict[str, Any] = {"paused_at": None, "paused_until": None, "pause_reason": ""}

_clients: dict[tuple[int, str, str, Dialect, int], Client] = {}
_lock = Lock()


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
            base_url=f"http://{settings.ENGINE_HOST}:{settings.ENGINE_PORT}/v1",
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


def _ensure(origin: Origin, *, name: str, base_url: str, dialect: str, key: str) -> None:
    with transaction.atomic():
        known, made = Provider.objects.get_or_create(
            slug=origin.value,
            defaults={"name": name, "base_url": base_url, "dialect": dialect, "origin": origin},
        )
        if not made and (known.base_url, known.dialect, known.key) == (base_url, dialect, key):
            # The engine starts beside us: what it could not do a moment ago says nothing now.
            Provider.objects.filter(pk=known.pk).update(due_at=timezone.now())
            return
        if (known.base_url, known.dialect) != (base_url, dialect):
            # What a test has learnt was about another server.
            known.capabilities, known.probe, known.probed_at = {}, {}, None
        known.name, known.base_url, known.dialect, known.key = name, base_url, dialect, key
        known.due_at = timezone.now()
        known.paused_at = known.paused_until = None
        known.pause_reason = ""
        known.save()


def dialect_of(provider: Provider) -> Dialect:
    """How this provider deviates: its family, what a test has shown, what a person says."""
    return corrected(dialect(provider.dialect), provider.capabilities | provider.corrections)


def create_timeout(provider: Provider) -> int:
    """How many seconds a create may take at this provider."""
    return provider.create_timeout_seconds or dialect_of(provider).create_seconds


def client_for(provider: Provider) -> Client:
    """This process's client of `provider`; a changed address, key or dialect makes a new one."""
    spoken, timeout = dialect_of(provider), create_timeout(provider)
    identity = (provider.pk, provider.base_url, provider.sealed_key, spoken, timeout)
    with _lock:
        if identity not in _clients:
            # Who still uses an older one keeps it; nobody else finds it.
            for old in [known for known in _clients if known[0] == provider.pk]:
                del _clients[old]
            _clients[identity] = Client(
                provider.base_url,
                provider.key,
                spoken,
                timeouts=Timeouts(create=timeout),
                allow_private_content=settings.ALLOW_PRIVATE_CONTENT_HOSTS,
                max_content_bytes=settings.MAX_CONTENT_MB * 1024 * 1024,
            )
        return _clients[identity]


def note_success(provider: Provider) -> None:
    """The provider answered. Written at most every ten seconds, or when it ends a trouble."""
    now = timezone.now()
    stale = provider.last_contact_at is None or now - provider.last_contact_at > timedelta(
        seconds=10
    )
    if not (stale or provider.paused_at or provider.attempts):
        return
    rows = Provider.objects.filter(pk=provider.pk)
    rows.update(last_contact_at=now, attempts=0)
    provider.last_contact_at, provider.attempts = now, 0
    if provider.paused_at is not None and not provider.is_paused:
        # A pause that began, or was made longer, while this call was under way is not for this
        # call to end: only the one that it knew of.
        known = rows.filter(paused_at=provider.paused_at, paused_until=provider.paused_until)
        known.update(**RUNNING)
        for name, value in RUNNING.items():
            setattr(provider, name, value)


def note_test(provider: Provider) -> None:
    """A test that a person wanted has just worked. It ends a pause that may be over by that: of a
    key which was refused, of a server that did not answer or did not offer what it was asked for.
    What was said of credit and waiting still holds: a test, which makes nothing, proves none."""
    rows = Provider.objects.filter(pk=provider.pk)
    if provider.pause_reason.startswith((KEY_REFUSED, NO_ANSWER, NO_ENDPOINT)):
        rows.filter(pause_reason=provider.pause_reason).update(**RUNNING)
    note_success(provider)


def note_failure(provider: Provider, error: ProviderError, *, on_create: bool = False) -> None:
    """Hold back all of the provider's rows where the failure is the provider's, not a row's."""
    now = timezone.now()
    if isinstance(error, Unauthorized):
        _pause(provider, f"{KEY_REFUSED}: {error.message}", LONG_PAUSE)
    elif isinstance(error, RateLimited):
        wait = None if error.quota else timedelta(seconds=error.retry_after or 20)
        _pause(provider, f"It asks us to wait: {error.message}", wait)
    elif on_create and isinstance(error, NotFound | NotOffered):
        _pause(provider, f"{NO_ENDPOINT}: {error.message}", LONG_PAUSE)
    elif error.transient:
        provider.attempts += 1
        Provider.objects.filter(pk=provider.pk).update(attempts=provider.attempts)
        if provider.attempts >= 3 or error.retry_after:
            # Jitter: the rows of all mirrors wait for the end of this very pause.
            own = min(2 ** (provider.attempts - 2), 60) * random.uniform(0.75, 1.25)  # noqa: S311
            wait = timedelta(seconds=error.retry_after or own)
            _pause(provider, f"{NO_ANSWER}: {error.message}", wait)
    log.info("%s at %s: %s", type(error).__name__, now.isoformat(), provider.slug)


def _pause(provider: Provider, reason: str, wait: timedelta | None) -> None:
    """Until `wait` has passed, or None: until a person acts. No pause is made shorter by this."""
    now = timezone.now()
    until = now + wait if wait is not None else None
    rows = Provider.objects.filter(pk=provider.pk)
    if until is not None:
        # Other workers fail beside this one, and one of them may know of a longer trouble.
        rows = rows.filter(Q(paused_at=None) | Q(paused_until__lt=until))
    if rows.update(
        paused_at=Coalesce("paused_at", now), paused_until=until, pause_reason=reason[:600]
    ):
        provider.paused_at, provider.paused_until = provider.paused_at or now, until
        provider.pause_reason = reason[:600]


def resume_provider(provider: Provider) -> None:
    """A person says: try again now."""
    Provider.objects.filter(pk=provider.pk).update(**RUNNING, attempts=0, due_at=timezone.now())
