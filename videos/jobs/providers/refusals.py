"""Whose fault is a refusal? Asked of the server at most once every few seconds."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from videos.provider.client import Client
from videos.provider.errors import ProviderError, Unauthorized
from videos.provider.evidence import Verdict, judge_endpoint, judge_key

# Many jobs are refused at the same time: one answer serves them all.
VALID_SECONDS = 10.0

Judge = Callable[[Client], Verdict]

_known: dict[tuple[int, Judge], tuple[Client, float, Verdict]] = {}
_locks: dict[tuple[int, Judge], Lock] = {}
_lock = Lock()


def verdict_on(provider_id: int, client: Client, error: ProviderError) -> Verdict:
    """Is `error` about the one request, or about the key or address of the provider?"""
    if error.status == 405:
        # The method itself is missing.
        return Verdict.PROVIDER
    judge = judge_key if isinstance(error, Unauthorized) else judge_endpoint
    question = provider_id, judge
    with _lock:
        lock = _locks.setdefault(question, Lock())
    with lock:
        asked, at, verdict = _known.get(question, (None, 0.0, Verdict.UNKNOWN))
        if asked is client and monotonic() - at < VALID_SECONDS:
            return verdict
        verdict = judge(client)
        _known[question] = client, monotonic(), verdict
        return verdict


def forget_verdicts() -> None:
    """Ask again next time."""
    _known.clear()
