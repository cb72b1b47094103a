"""How is a body sent once to a server that isn't a provider? No redirects, within a deadline."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from videos.provider.addresses import AddressRefused
from videos.provider.transport import TRANSPORT_ERRORS, Exchange, Transport, Unsendable
from videos.wire.text import gettext_noop

CONNECT, SECONDS = 5.0, 15.0


@dataclass(frozen=True)
class Posted:
    """The status of the answer, or a short reason if there was none."""

    status: int | None
    trouble: str = ""

    @property
    def was_taken(self) -> bool:
        """Return True if the server said that it has it."""
        return self.status is not None and 200 <= self.status < 300


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool,
    seconds: float = SECONDS,
) -> Posted:
    """Send `body` to `url`. The answer's body isn't read: it isn't needed and may never end.

    A redirect counts as an answer that isn't 2xx: it could lead to an address that isn't allowed.
    """
    exchange = Exchange(seconds, connect=CONNECT, allow_private=allow_private)
    try:
        response = _transport().send(exchange, "POST", url, headers=headers, data=body)
    except Unsendable:
        return Posted(None, gettext_noop("It can't be sent."))
    except TRANSPORT_ERRORS as error:
        return Posted(None, _why(error))
    status = response.status_code
    response.close()
    return Posted(status)


@cache
def _transport() -> Transport:
    return Transport()


def _why(error: BaseException) -> str:
    """The cause of an error, without the address, which may hold a secret."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AddressRefused):
            return gettext_noop("The address isn't allowed.")
        if isinstance(seen, ConnectionRefusedError):
            return gettext_noop("The connection was refused.")
        if isinstance(seen, TimeoutError):
            return gettext_noop("No answer in time.")
        seen = seen.__cause__ or seen.__context__
    return gettext_noop("No answer: %(error)s.", error=type(error).__name__)
