"""How do we reach a provider, and is it well?

A pause holds back new creates. Polls and downloads go on, except while the connection is dead
(`calls_after`) or the provider has asked for fewer reads (`polls_after`).
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
from videos.provider.dialects import NEED_PROOF, Dialect, corrected, dialect, offered
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

log = logging.getLogger(__name__)

LONG_PAUSE = timedelta(minutes=5)
RATE_SECONDS = 20.0
# A server that has answered within this isn't dead, whatever one download says.
ALIVE = timedelta(minutes=1)
# So many unreadable answers to creates in a row stop them. Then one at a time tries again.
UNREADABLE_LIMIT = 2
# A failed test is repeated when the server first answers, but not more often than this.
RETEST_EVERY = timedelta(minutes=1)
NOT_UP = ("unreachable", "trouble")
NO_LIST = "The list can't be read, so clips are asked for one by one."
UNREADABLE_KEY = "The stored key can't be read since SECRET_KEY has changed. Enter the key again."
RUNNING: dict[str, Any] = {
    "pause_kind": "",
    "paused_at": None,
    "paused_until": None,
    "pause_reason": "",
}
RESUMED = RUNNING | {"polls_after": None, "calls_after": None, "unreadable": 0, "attempts": 0}
# What a working test ends. It makes nothing, so it proves neither credit nor a higher limit.
ENDED_BY_TEST = (
    PauseKind.KEY,
    PauseKind.CONNECTION,
    PauseKind.TROUBLE,
    PauseKind.ENDPOINT,
    PauseKind.UNREADABLE,
)

_clients: dict[tuple[int, str, str, Dialect, int], Client] = {}
_lock = Lock()


def dialect_of(provider: Provider) -> Dialect:
    """How this provider deviates: its family, what a test has shown, what a person says."""
    return corrected(dialect(provider.dialect), provider.capabilities | provider.corrections)


def offers(provider: Provider) -> dict[str, bool]:
    """Capability → whether to offer it. Remix, edit and extend need more than the kind of server:
    a test that found the route, or a person's word."""
    found = offered(dialect_of(provider))
    if provider.dialect == "engine":
        return found
    known = provider.capabilities | provider.corrections
    return found | {name: found[name] and name in known for name in NEED_PROOF}


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
                withheld=withheld(provider),
            )
        return _clients[identity]


def withheld(provider: Provider) -> str:
    """Why nothing may be sent to the provider: its key cannot be read; empty where it can."""
    return UNREADABLE_KEY if provider.has_unreadable_key else ""


def pause_unreadable_keys() -> None:
    """Pause the providers whose key cannot be read, and end that pause where it can again."""
    for provider in Provider.objects.exclude(sealed_key=""):
        if provider.has_unreadable_key:
            _pause(provider, PauseKind.SEALED_KEY, UNREADABLE_KEY, None)
    for provider in Provider.objects.filter(pause_kind=PauseKind.SEALED_KEY):
        if not provider.has_unreadable_key:
            resume_provider(provider)


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
    _test_again(provider, now)
    if provider.paused_at is None:
        return
    # A pause that began, or was made longer, while this call was under way is not for this
    # call to end: only the one that it knew of.
    known = rows.filter(paused_at=provider.paused_at, paused_until=provider.paused_until)
    if provider.pause_kind == PauseKind.UNREADABLE:
        if provider.is_paused and not _is_sending(provider) and known.update(paused_until=now):
            # Readable again: one create may try.
            provider.paused_until = now
    elif not provider.is_paused:
        known.update(**RUNNING)
        _set(provider, RUNNING)


def note_created(provider: Provider) -> None:
    """A create got a readable answer: creates go on."""
    if provider.unreadable or provider.pause_kind == PauseKind.UNREADABLE:
        rows = Provider.objects.filter(pk=provider.pk)
        rows.update(unreadable=0)
        rows.filter(pause_kind=PauseKind.UNREADABLE).update(**RUNNING)
        _set(provider, {"unreadable": 0})
        if provider.pause_kind == PauseKind.UNREADABLE:
            _set(provider, RUNNING)
    note_success(provider)


def note_test(provider: Provider) -> None:
    """A test that a person wanted has just worked. It ends the pauses that it can disprove."""
    ended = Provider.objects.filter(pk=provider.pk, pause_kind__in=ENDED_BY_TEST)
    ended.filter(paused_at=provider.paused_at, paused_until=provider.paused_until).update(**RESUMED)
    note_success(provider)


def note_failure(provider: Provider, error: ProviderError, *, on_create: bool = False) -> bool:
    """Record a failed call, and pause the provider's creates where that helps.

    Returns True if the provider is to blame, so that its rows just wait; False if the failure is
    about this one request.
    """
    log.info("%s: %s of %s", type(error).__name__, error.code, provider.slug)
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


def note_failed_poll(provider: Provider, error: ProviderError) -> bool:
    """The same for a question about one job: an error of the server may be an error of the job, as
    long as the provider answers other calls."""
    is_odd = error.transient and not isinstance(error, NotSent | RateLimited)
    is_own = is_odd and not error.retry_after and _is_alive(provider)
    return not is_own and note_failure(provider, error)


def note_failed_download(provider: Provider, error: ProviderError) -> bool:
    """The same for a clip that didn't come: bytes often come from another host, and have limits of
    their own, so only a refused key or a dead connection is the provider's matter."""
    if isinstance(error, Unauthorized | NoKey):
        return note_failure(provider, error)
    is_dead = isinstance(error, NotSent) and not _is_alive(provider)
    return is_dead and note_failure(provider, error)


def note_list(provider: Provider, error: ProviderError | None = None) -> None:
    """Keep for admins what was odd about reading the provider's list, or why it can't be read."""
    note = client_for(provider).list_note
    if error is not None:
        note = f"{NO_LIST} {error.message}"[:600]
    if note != provider.list_note:
        Provider.objects.filter(pk=provider.pk).update(list_note=note)
        provider.list_note = note


def ready_for_create(provider: Provider) -> bool:
    """Return False while a create should not be tried.

    After unreadable answers one create at a time tries again, and only once a harmless question is
    answered readably: whatever else is tried meanwhile could be bought without our knowing.
    """
    if provider.pause_kind != PauseKind.UNREADABLE:
        return True
    if _is_sending(provider):
        return False
    until = timezone.now() + _circuit_wait(provider.unreadable + 1)
    rows = Provider.objects.filter(pk=provider.pk, pause_kind=PauseKind.UNREADABLE)
    mine = rows.filter(paused_at=provider.paused_at, paused_until=provider.paused_until)
    if mine.update(paused_until=until, unreadable=F("unreadable") + 1) != 1:
        # Another worker tries at this moment.
        return False
    _set(provider, {"paused_until": until, "unreadable": provider.unreadable + 1})
    return is_readable(client_for(provider))


def creates_are_open(provider: Provider) -> bool:
    """Return True unless the provider was paused since `provider` was read."""
    now = timezone.now()
    is_open = Q(paused_at=None) | Q(paused_until__lte=now)
    if provider.pause_kind == PauseKind.UNREADABLE:
        # The one try of `ready_for_create`.
        is_open |= Q(pause_kind=PauseKind.UNREADABLE, paused_until=provider.paused_until)
    return Provider.objects.filter(is_open, pk=provider.pk).exists()


def resume_provider(provider: Provider) -> None:
    """A person says: try again now."""
    Provider.objects.filter(pk=provider.pk).update(**RESUMED, due_at=timezone.now())


def _is_alive(provider: Provider) -> bool:
    heard = provider.last_contact_at
    return heard is not None and timezone.now() - heard < ALIVE


def _is_sending(provider: Provider) -> bool:
    begun = timezone.now() - timedelta(seconds=create_timeout(provider))
    rows = VideoJob.objects.filter(provider=provider, status=JobStatus.SUBMITTING)
    return rows.filter(submit_started_at__gt=begun).exists()


def _test_again(provider: Provider, now: datetime) -> None:
    """Test a provider that was not up when it was last tested, now that it answers."""
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
    """Count it, and open the circuit at the limit. What was sent before that changes nothing."""
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
    if provider.attempts < 3 and not error.retry_after:
        return
    asked_for = error.retry_after
    wait = timedelta(seconds=asked_for) if asked_for else TROUBLE.wait(provider.attempts - 2)
    is_dead = isinstance(error, NotSent)
    _pause(provider, PauseKind.CONNECTION if is_dead else PauseKind.TROUBLE, error.message, wait)
    if is_dead:
        _hold(provider, "calls_after", wait)
    elif not on_create:
        _hold(provider, "polls_after", wait)


def _pause(provider: Provider, kind: PauseKind, reason: str, wait: timedelta | None) -> None:
    """Until `wait` has passed, or None: until a person acts. No pause is made shorter by this."""
    now = timezone.now()
    until = now + wait if wait is not None else None
    rows = Provider.objects.filter(pk=provider.pk)
    if until is not None:
        # Other workers fail beside this one, and one of them may know of a longer trouble.
        rows = rows.filter(Q(paused_at=None) | Q(paused_until__lt=until))
    pause = {"pause_kind": kind, "paused_until": until, "pause_reason": reason[:600]}
    if rows.update(paused_at=Coalesce("paused_at", now), **pause):
        _set(provider, pause | {"paused_at": provider.paused_at or now})


def _hold(provider: Provider, field: str, wait: timedelta) -> None:
    """Hold back polls or calls until `wait` has passed; never shorter than before."""
    until = timezone.now() + wait
    rows = Provider.objects.filter(pk=provider.pk)
    rows.filter(Q(**{field: None}) | Q(**{f"{field}__lt": until})).update(**{field: until})
    setattr(provider, field, until)


def _set(provider: Provider, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(provider, name, value)
