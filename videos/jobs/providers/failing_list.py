"""Does only a provider's list fail, while it answers for each job by id?

Kept in this process: another one finds out by itself.
"""

from dataclasses import dataclass
from time import monotonic
from weakref import WeakKeyDictionary

from videos.jobs.providers.clients import client_for, is_server_error, record_failure
from videos.models import Provider
from videos.provider.client import Client
from videos.provider.errors import ProviderError

# After this many failures in a row, it may be that only the list fails.
SUSPECTED_AFTER = 3
# For how long the list isn't asked for once that is certain.
AVOID_SECONDS = 300.0


@dataclass
class FailingList:
    """How often a list has failed in a row, and until when it isn't asked for."""

    failures: int = 0
    avoided_until: float = 0.0

    @property
    def is_suspected(self) -> bool:
        """Return True if it may be the list alone that fails. One job by id tells."""
        return self.failures >= SUSPECTED_AFTER

    @property
    def is_avoided(self) -> bool:
        """Return True if the list alone has failed a short time ago."""
        return monotonic() < self.avoided_until

    def avoid(self) -> None:
        """Leave the list alone for a while: a job by id was answered just before it failed."""
        self.avoided_until = monotonic() + AVOID_SECONDS


_known: WeakKeyDictionary[Client, FailingList] = WeakKeyDictionary()


def failing_list(provider: Provider) -> FailingList:
    """What this process knows about the provider's list."""
    return _known.setdefault(client_for(provider), FailingList())


def forget_failing_lists() -> None:
    """Start over, as after a restart."""
    _known.clear()


def record_failed_list(provider: Provider, error: ProviderError) -> bool:
    """As `record_failure`, for a list. It isn't held against a provider whose list alone fails."""
    state = failing_list(provider)
    if not is_server_error(error):
        return record_failure(provider, error)
    state.failures += 1
    return not state.is_avoided and record_failure(provider, error)
