"""How large may a request's body be before the application sees the request?

waitress reads the whole body before the application runs, into memory first and then into a file.
Bodies from anonymous clients are therefore limited as soon as their headers arrive. Only the
application can tell whether a session or token is valid: it passes in a function that is called for
large bodies only.
"""

import copy
import logging
from collections.abc import Callable, Mapping
from typing import ClassVar
from weakref import WeakSet

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import Error

log = logging.getLogger(__name__)

# Enough for every form that is open to anonymous clients, and for webhooks.
SMALL_BODY_BYTES = 256 * 1024
# Larger bodies are refused unread, with waitress's own message. The application's limits are lower
# and have better messages.
MAX_BODY_BYTES = 64 * 1024 * 1024
# Bodies above the small limit that one process receives at the same time.
MAX_LARGE_BODIES = 16
# A larger body is buffered in a file.
MEMORY_BYTES = 64 * 1024
CANNOT_BUFFER = (
    "The server can't store the upload: its disk is full or can't be written. "
    "Ask an admin to look, then try again."
)
# How the session cookie's name ends.
SESSION_COOKIE = "sessionid"


# Returns True if these headers (named as in WSGI) belong to someone with an account.
IsKnown = Callable[[Mapping[str, str]], bool]


class Unknown(Error):  # type: ignore[misc]
    """The response to a large body with an invalid session or token."""

    code = 401
    reason = "Unauthorized"


class Busy(Error):  # type: ignore[misc]
    """The response while MAX_LARGE_BODIES are being received. The official SDKs retry it."""

    code = 503
    reason = "Service Unavailable"


class NoSpace(Error):  # type: ignore[misc]
    """The response to a body that can't be buffered: the disk is full, or can't be written."""

    code = 503
    reason = "Service Unavailable"


class LimitedParser(HTTPRequestParser):  # type: ignore[misc]
    """Limits a request's body when its headers have arrived."""

    large_bodies: ClassVar[WeakSet["LimitedParser"]] = WeakSet()

    @staticmethod
    def is_known(_headers: Mapping[str, str]) -> bool:
        """Return False for an anonymous client. `limited_channel` replaces this function."""
        return True

    def received(self, data: bytes) -> int:
        """Answer in words if the body can't be buffered. waitress would drop the connection."""
        try:
            return int(super().received(data))
        except OSError as error:
            # The file is the buffer's: sockets are read elsewhere.
            log.error("a request's body can't be buffered: %s", error)
            self._refuse(NoSpace(CANNOT_BUFFER))
            self.completed = True
            return len(data)

    def parse_header(self, header_plus: bytes) -> None:
        """Lower the limit that waitress applies if the request carries no credentials."""
        super().parse_header(header_plus)
        if self.body_rcv is None:
            return
        if not has_credentials(self.headers):
            self.adj = _small(self.adj)
        elif self.chunked or self.content_length >= SMALL_BODY_BYTES:
            self._take_place()

    def _take_place(self) -> None:
        """Count this body as a large one for as long as waitress keeps the request."""
        if not self.is_known(self.headers):
            self._refuse(Unknown("You are signed out, or the token isn't valid. Sign in again."))
        elif len(self.large_bodies) < MAX_LARGE_BODIES:
            self.large_bodies.add(self)
        else:
            self._refuse(Busy("Too many uploads at the same time. Try again in a few seconds."))

    def _refuse(self, error: Error) -> None:
        self.error = error
        self.body_rcv = None  # as for a request without a body: it is answered at once


def limited_channel(is_known: IsKnown) -> type[HTTPChannel]:
    """A channel class whose requests are limited."""
    parser = type("Parser", (LimitedParser,), {"is_known": staticmethod(is_known)})
    return type("LimitedChannel", (HTTPChannel,), {"parser_class": parser})


def has_credentials(headers: dict[str, str]) -> bool:
    """Return True if the request carries a token or a session cookie, valid or not."""
    if headers.get("AUTHORIZATION") or headers.get("API_KEY"):
        return True
    return f"{SESSION_COOKIE}=" in headers.get("COOKIE", "")


def _small(adjustments: Adjustments) -> Adjustments:
    small = copy.copy(adjustments)
    small.max_request_body_size = SMALL_BODY_BYTES
    return small
