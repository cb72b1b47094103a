"""Which client talks to a provider, and when is the provider paused?

A pause only holds back new creates. Polls and downloads continue, unless there is no connection
(`calls_after`) or reads are rate limited (`polls_after`).
"""

import logging
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from videos.jobs.providers.refusals import verdict_on
from videos.jobs.retry import TROUBLE, UNREADABLE
from videos.models import JobStatus, PauseKind, Provider, VideoJob
from videos.provider.client import Client, Timeouts
from videos.provider.dialects import DIALECTS, NEED_PROOF, Dialect, capabilities_of, corrected
from videos.provider.errors import (
    BadAnswer,
    NoKey,
    NotFound,
    NotOffered,
    NotSent,
    ProviderError,
    RateLimited,
    Unauthorized,
)
from videos.provider.evidence import Verdict, is_readable
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

LONG_PAUSE, CONTACT_EVERY = timedelta(minutes=5), timedelta(seconds=10)
RATE_SECONDS = 20.0
# After this many server errors in a row, the server is the cause and not these requests.
TROUBLE_AFTER = 3
# A server that has answered within this time is up, even if one download fails.
ALIVE = timedelta(minutes=1)
# This many unreadable answers to creates in a row pause them; then one at a time is tried.
UNREADABLE_LIMIT = 2
# A failed test is repeated once the server answers, but not more often than this.
RETEST_EVERY = timedelta(minutes=1)
NOT_UP = ("unreachable", "trouble")
UNREADABLE_KEY = gettext_noop(
    "The stored key can't be read since SECRET_KEY has changed. Enter the key again."
)
RUNNING: dict[str, Any] = {
    "pause_kind": "",
    "paused_at": None,
    "paused_until": None,
    "pause_reason": "",
}
RESUMED = RUNNING | {"polls_after": None, "calls_after": None, "unreadable": 0, "attempts": 0}
# Of a provider whose address has changed: the results are about another server.
UNTESTED: dict[str, Any] = {"capabilities": {}, "probe": {}, "probed_at": None, "proved_at": None}
# Pauses that a successful test ends. It buys nothing, so it can't prove credit or a limit.
ENDED_BY_TEST = {*PauseKind} - {PauseKind.RATE, PauseKind.QUOTA, PauseKind.SEALED_KEY}

_clients: dict[tuple[int, str, str, Dialect, int], Client] = {}
_lock = Lock()


def dialect_of(provider: Provider) -> Dialect:
    """The provider's dialect, with what a test found and a person corrected."""
    return corrected(DIALECTS[provider.dialect], provider.capabilities | provider.corrections)


def offered_capabilities(provider: Provider) -> dict[str, bool]:
    """Capability → whether to offer it.

    For remix, edit and extend the dialect is not enough: a test must have found the route, or a
    person must have confirmed it.
    """
    capabilities = capabilities_of(dialect_of(provider))
    if provider.dialect == "engine":
        return capabilities
    confirmed = provider.capabilities | provider.corrections
    proven = {name: capabilities[name] and name in confirmed for name in NEED_PROOF}
    return capabilities | proven


def create_timeout(provider: Provider) -> int:
    """How many seconds to wait for the answer to a create."""
    return provider.create_timeout_seconds or dialect_of(provider).create_seconds


def client_for(provider: Provider) -> Client:
    """This process's client for `provider`; a changed address, key or dialect gives a new one."""
    dialect, timeout = dialect_of(provider), create_timeout(provider)
    identity = (provider.pk, provider.base_url, provider.sealed_key, dialect, timeout)
    with _lock:
        if identity not in _clients:
            # Callers that hold an older client keep it; others get the new one.
            for old in [each for each in _clients if each[0] == provider.pk]:
                del _clients[old]
            _clients[identity] = Client(
                provider.base_url,
                provider.key,
                dialect,
                timeouts=Timeouts(create=timeout),
                allow_private_content=settings.ALLOW_PRIVATE_CONTENT_HOSTS,
                max_content_bytes=settings.MAX_CONTENT_MB * 1024 * 1024,
                withheld=withheld(provider),
            )
        return _clients[identity]


def withheld(provider: Provider) -> str:
    """Why nothing may be sent to the provider: its key can't be read; empty if it can."""
    return UNREADABLE_KEY if provider.has_unreadable_key else ""


def pause_unreadable_keys() -> None:
    """Pause providers whose key can't be read; resume those whose key can be read again."""
    for provider in Provider.objects.exclude(sealed_key=""):
        if provider.has_unreadable_key:
            _pause(provider, PauseKind.SEALED_KEY, UNREADABLE_KEY, None)
    for provider in Provider.objects.filter(pause_kind=PauseKind.SEALED_KEY):
        if not provider.has_unreadable_key:
            resume_provider(provider)


def record_success(provider: Provider) -> None:
    """Record that the provider answered: at most every ten seconds, or if that ends a pause."""
    now = timezone.now()
    stale = provider.last_contact_at is None or now - provider.last_contact_at > CONTACT_EVERY
    if not (stale or provider.paused_at or provider.attempts):
        return
    rows = Provider.objects.filter(pk=provider.pk)
    rows.update(last_contact_at=now, attempts=0)
    provider.last_contact_at, provider.attempts = now, 0
    _test_again(provider, now)
    if provider.paused_at is None:
        return
    # Only the pause that this call knew of: not one that began, or was extended, during the call.
    pause = rows.filter(paused_at=provider.paused_at, paused_until=provider.paused_until)
    if provider.pause_kind == PauseKind.UNREADABLE:
        if provider.is_paused and not _is_sending(provider) and pause.update(paused_until=now):
            # Readable again: try one create.
            provider.paused_until = now
    elif not provider.is_paused:
        pause.update(**RUNNING)
        _set(provider, RUNNING)


def record_created(provider: Provider) -> None:
    """Record that a create got a readable answer, which ends such a pause."""
    if provider.unreadable or provider.pause_kind == PauseKind.UNREADABLE:
        rows = Provider.objects.filter(pk=provider.pk)
        rows.update(unreadable=0)
        rows.filter(pause_kind=PauseKind.UNREADABLE).update(**RUNNING)
        _set(provider, {"unreadable": 0})
        if provider.pause_kind == PauseKind.UNREADABLE:
            _set(provider, RUNNING)
    record_success(provider)


def record_test(provider: Provider) -> None:
    """Record a successful test. It ends the pauses whose cause it disproves."""
    ended = Provider.objects.filter(pk=provider.pk, pause_kind__in=ENDED_BY_TEST)
    ended.filter(paused_at=provider.paused_at, paused_until=provider.paused_until).update(**RESUMED)
    record_success(provider)


def record_failure(provider: Provider, error: ProviderError, *, on_create: bool = False) -> bool:
    """Record a failed call, and pause the provider if that helps.

    Returns True if the provider is the cause, so that its jobs just wait; False if the failure
    concerns this request only.
    """
    what = f"{type(error).__name__}, {error.code}"
    log.info("provider %s: %s", provider.slug, what, extra={"outage": f"{provider.slug} {what}"})
    if isinstance(error, NoKey):
        _pause(provider, PauseKind.SEALED_KEY, error.message, None)
        return True
    if isinstance(error, Unauthorized):
        verdict = verdict_on(provider.pk, client_for(provider), error)
        if verdict is Verdict.PROVIDER:
            _pause(provider, PauseKind.KEY, error.message, LONG_PAUSE)
        return verdict is not Verdict.REQUEST
    if isinstance(error, RateLimited):
        _slow_down(provider, error, on_create=on_create)
        return True
    if on_create and isinstance(error, NotFound | NotOffered):
        verdict = verdict_on(provider.pk, client_for(provider), error)
        if verdict is Verdict.PROVIDER:
            _pause(provider, PauseKind.ENDPOINT, error.message, LONG_PAUSE)
        return verdict is not Verdict.REQUEST
    if on_create and isinstance(error, BadAnswer):
        _note_unreadable(provider, error)
        return True
    if error.transient:
        _note_trouble(provider, error, on_create=on_create)
        return True
    return False


def is_server_error(error: ProviderError) -> bool:
    """Return True for a failure of the server that may concern one job, or its list, only."""
    return error.transient and not isinstance(error, NotSent | RateLimited)


def record_failed_poll(provider: Provider, error: ProviderError) -> bool:
    """As `record_failure`, for a poll: a server error may concern that job only, and so may a
    demand for credit, because a poll buys nothing."""
    if isinstance(error, RateLimited) and error.quota:
        return False
    is_well = _is_alive(provider) and provider.attempts < TROUBLE_AFTER
    is_about_job = is_server_error(error) and not error.retry_after and is_well
    return not is_about_job and record_failure(provider, error)


def record_failed_download(provider: Provider, error: ProviderError) -> bool:
    """As `record_failure`, for a download.

    Files often come from another host with its own limits, so only a refused key or a failed
    connection counts for the provider.
    """
    if isinstance(error, Unauthorized | NoKey):
        return record_failure(provider, error)
    is_dead = isinstance(error, NotSent) and not _is_alive(provider)
    return is_dead and record_failure(provider, error)


def ready_for_create(provider: Provider) -> bool:
    """Return False while no create should be sent.

    After unreadable answers, one create at a time is tried, and only once a harmless request gets
    a readable answer: anything else could be bought without us knowing.
    """
    if provider.pause_kind != PauseKind.UNREADABLE:
        return True
    if _is_sending(provider):
        return False
    until = timezone.now() + _circuit_wait(provider.unreadable + 1)
    rows = Provider.objects.filter(pk=provider.pk, pause_kind=PauseKind.UNREADABLE)
    same_pause = rows.filter(paused_at=provider.paused_at, paused_until=provider.paused_until)
    if same_pause.update(paused_until=until, unreadable=F("unreadable") + 1) != 1:
        # Another worker is trying now.
        return False
    _set(provider, {"paused_until": until, "unreadable": provider.unreadable + 1})
    return is_readable(client_for(provider))


def creates_are_open(provider: Provider) -> bool:
    """Return True unless the provider was paused since `provider` was read."""
    now = timezone.now()
    is_open = Q(paused_at=None) | Q(paused_until__lte=now)
    if provider.pause_kind == PauseKind.UNREADABLE:
        # The single try that `ready_for_create` allows.
        is_open |= Q(pause_kind=PauseKind.UNREADABLE, paused_until=provider.paused_until)
    return Provider.objects.filter(is_open, pk=provider.pk).exists()


def resume_provider(provider: Provider) -> None:
    """End the pause, because a person asked for it."""
    Provider.objects.filter(pk=provider.pk).update(**RESUMED, due_at=timezone.now())


def _is_alive(provider: Provider) -> bool:
    heard = provider.last_contact_at
    return heard is not None and timezone.now() - heard < ALIVE


def _is_sending(provider: Provider) -> bool:
    begun = timezone.now() - timedelta(seconds=create_timeout(provider))
    rows = VideoJob.objects.filter(provider=provider, status=JobStatus.SUBMITTING)
    return rows.filter(submit_started_at__gt=begun).exists()


def _test_again(provider: Provider, now: datetime) -> None:
    """Repeat the test of a provider that was down when it was last tested."""
    tested = provider.probed_at
    if tested and now - tested > RETEST_EVERY and provider.probe.get("state") in NOT_UP:
        later = Provider.objects.filter(pk=provider.pk, probe_due_at__gt=now)
        later.update(probe_due_at=now)


def _slow_down(provider: Provider, error: RateLimited, *, on_create: bool) -> None:
    wait = timedelta(seconds=error.retry_after or RATE_SECONDS)
    if error.quota:
        _pause(provider, PauseKind.QUOTA, error.message, None)
    else:
        _pause(provider, PauseKind.RATE, error.message, wait)
    if not on_create:
        _hold(provider, "polls_after", wait)


def _note_unreadable(provider: Provider, error: BadAnswer) -> None:
    """Count an unreadable answer, and pause at the limit. Answers during a pause don't count."""
    rows = Provider.objects.filter(pk=provider.pk)
    now = timezone.now()
    is_open = Q(pause_kind=PauseKind.UNREADABLE, paused_until__gt=now)
    rows.exclude(is_open).update(unreadable=F("unreadable") + 1)
    provider.unreadable = rows.values_list("unreadable", flat=True).first() or 0
    if provider.unreadable >= UNREADABLE_LIMIT:
        wait = _circuit_wait(provider.unreadable)
        _pause(provider, PauseKind.UNREADABLE, error.message, wait)


def _circuit_wait(failures: int) -> timedelta:
    return UNREADABLE.wait(max(failures - UNREADABLE_LIMIT, 0) + 1)


def _note_trouble(provider: Provider, error: ProviderError, *, on_create: bool) -> None:
    provider.attempts += 1
    Provider.objects.filter(pk=provider.pk).update(attempts=provider.attempts)
    if provider.attempts < TROUBLE_AFTER and not error.retry_after:
        return
    asked_for = error.retry_after
    failures = provider.attempts - TROUBLE_AFTER + 1
    wait = timedelta(seconds=asked_for) if asked_for else TROUBLE.wait(failures)
    is_dead = isinstance(error, NotSent)
    _pause(provider, PauseKind.CONNECTION if is_dead else PauseKind.TROUBLE, error.message, wait)
    if is_dead:
        _hold(provider, "calls_after", wait)
    elif not on_create:
        _hold(provider, "polls_after", wait)


def _pause(provider: Provider, kind: PauseKind, reason: str, wait: timedelta | None) -> None:
    """Pause for `wait`, or (None) until a person acts. Never shortens a pause."""
    now = timezone.now()
    until = now + wait if wait is not None else None
    rows = Provider.objects.filter(pk=provider.pk)
    if until is not None:
        # Another worker may have set a longer pause.
        rows = rows.filter(Q(paused_at=None) | Q(paused_until__lt=until))
    pause = {"pause_kind": kind, "paused_until": until, "pause_reason": reason}
    if rows.update(paused_at=Coalesce("paused_at", now), **pause):
        _set(provider, pause | {"paused_at": provider.paused_at or now})


def _hold(provider: Provider, field: str, wait: timedelta) -> None:
    """Hold back polls or calls for `wait`. Never shortens an earlier wait."""
    until = timezone.now() + wait
    rows = Provider.objects.filter(pk=provider.pk)
    rows.filter(Q(**{field: None}) | Q(**{f"{field}__lt": until})).update(**{field: until})
    setattr(provider, field, until)


def _set(provider: Provider, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(provider, name, value)
