"""Is a refusal about one request or about the provider? Checked at most every few seconds."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from videos.provider.client import Client
from videos.provider.errors import ProviderError, Unauthorized
from videos.provider.evidence import Verdict, judge_endpoint, judge_key

# Many jobs are refused at the same time: one check serves them all.
VALID_SECONDS = 10.0

Judge = Callable[[Client], Verdict]

_known: dict[tuple[int, Judge], tuple[Client, float, Verdict]] = {}
_locks: dict[tuple[int, Judge], Lock] = {}
_lock = Lock()


def verdict_on(provider_id: int, client: Client, error: ProviderError) -> Verdict:
    """Tell whether `error` is about this request or about the provider's key or address."""
    if error.status == 405:
        # The method is not supported at all.
        return Verdict.PROVIDER
    judge = judge_key if isinstance(error, Unauthorized) else judge_endpoint
    question = provider_id, judge
    with _lock:
        lock = _locks.setdefault(question, Lock())
    with lock:
        checked, at, verdict = _known.get(question, (None, 0.0, Verdict.UNKNOWN))
        if checked is client and monotonic() - at < VALID_SECONDS:
            return verdict
        verdict = judge(client)
        _known[question] = client, monotonic(), verdict
        return verdict


def forget_verdicts() -> None:
    """Check again next time."""
    _known.clear()
