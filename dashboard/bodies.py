"""How long may a sender take for the body of a request?

gunicorn waits for ever: a few forms that stop half-way, or drip, would hold every thread, and no
account is needed to begin one. A proxy in front does the same and better; not everybody has one.
"""

import socket
from time import monotonic
from typing import Any

from dashboard import settings

# Nothing for so long, in seconds, and the sender is taken for gone.
SILENCE = min(10.0, settings.STALL_SECONDS)
# In bytes per second on the average, after the first seconds.
SLOWEST = 16 * 1024


class Patience:
    """A connection's socket that gives up on a slow body; in all else the socket itself."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._until: float | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def begin(self) -> None:
        """A body may follow now."""
        self._until = monotonic() + SILENCE

    def end(self) -> None:
        """It is over; the next head is none of our business."""
        self._until = None

    def recv(self, size: int) -> bytes:
        """The next bytes. TimeoutError: too slow, all in all."""
        if self._until is None:
            return self._sock.recv(size)
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("the request's body came too slowly")
        self._sock.settimeout(min(left, SILENCE))
        try:
            data = self._sock.recv(size)
        finally:
            # sendfile needs a socket that blocks.
            self._sock.settimeout(None)
        self._until += len(data) / SLOWEST
        return data


def begin(request: Any) -> None:
    """Called by gunicorn before each request of a connection."""
    reader = request.unreader
    if not isinstance(reader.sock, Patience):
        reader.sock = Patience(reader.sock)
    reader.sock.begin()


def end(request: Any) -> None:
    """Called by gunicorn after it."""
    if isinstance(request.unreader.sock, Patience):
        request.unreader.sock.end()
