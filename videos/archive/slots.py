"""How long may an answer keep a thread?

A viewer who stops reading holds the thread that writes to him; a few of them would hold all.
What fits into the socket's send buffer is written at once, whoever reads it when. Anything larger
needs a slot: three threads of four at most wait so, and a reader who takes nothing for
`settings.STALL_SECONDS` loses his.
"""

import socket
import threading
import weakref
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from videos.archive.ranges import Range

# Linux grants up to net.core.wmem_max, and reports the double, which is what the buffer holds.
SEND_BUFFER = 832 * 1024
# Of that, what a blocking write takes even where the reader's window is the smallest: Linux counts
# its own bookkeeping, too (measured: 0.72; with usual windows above 0.9).
FITS = 0.65
RETRY_SECONDS = 5

free_slots = threading.BoundedSemaphore(max(1, settings.WEB_THREADS * 3 // 4))


class Slot:
    """The right to keep a thread waiting, taken already. It comes back when it is closed or lost,
    whichever happens first."""

    def __init__(self) -> None:
        self._release = weakref.finalize(self, free_slots.release)

    def close(self) -> None:
        """Give it back. May be called more than once."""
        self._release()


@dataclass(frozen=True, slots=True)
class Leave:
    """May send `length` bytes now, and wait for the reader where it holds a slot."""

    length: int
    slot: Slot | None = None

    def give_up(self) -> None:
        """Nothing is sent after all. An exception on its way would keep the slot alive."""
        if self.slot is not None:
            self.slot.close()

    def bind(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Keep the slot until `response` is closed."""
        if self.slot is None:
            return
        response._resource_closers.append(self.slot.close)  # type: ignore[attr-defined]
        if (sock := _socket(request)) is None:
            return
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # The kernel's own limit leaves the socket blocking, which is faster.
            milliseconds = int(1000 * settings.STALL_SECONDS)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        else:
            # gunicorn takes this off again before it reads the connection's next request.
            sock.settimeout(settings.STALL_SECONDS)


def leave_to_send(request: HttpRequest, length: int, asked: Range | None) -> Leave | None:
    """How much of `length` bytes may be sent now; None where the whole was asked for and no slot
    is free. A 206 may always be shorter than its request: players come back for the rest, while
    scripts that name both ends tend to expect them."""
    fits = room(request)
    if fits is None or length <= fits:
        return Leave(length)
    if asked is not None and asked.is_open:
        return Leave(fits)
    return leave_to_wait(length) or (Leave(fits) if asked is not None else None)


def leave_to_wait(length: int = 0) -> Leave | None:
    """A slot, where one is free at once."""
    return Leave(length, Slot()) if free_slots.acquire(blocking=False) else None


def room(request: HttpRequest) -> int | None:
    """The bytes that can be written without waiting; None where the server does not show them."""
    if (sock := _socket(request)) is None:
        return None
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return int(FITS * sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))


def _socket(request: HttpRequest) -> socket.socket | None:
    sock: socket.socket | None = request.META.get("gunicorn.socket")
    return sock


def busy() -> HttpResponse:
    """503: no slot is free."""
    return HttpResponse(
        "Too many downloads are running. Try again in a few seconds.\n",
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"},
    )
