"""Keeps the server beside a test out of the database while the test's tables are emptied.

A client may be gone while its request still runs: PostgreSQL then calls the two a deadlock, and
SQLite lets the request see half a database. So requests pass a gate, which a test opens and closes.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Answering = Callable[[HttpRequest], HttpResponseBase]


def middleware(get_response: Answering) -> Answering:
    """The server's side: a request waits here while the gate is closed, and is under way until its
    last byte was sent or its reader is gone."""

    def passing(request: HttpRequest) -> HttpResponseBase:
        passage = ExitStack()
        passage.enter_context(_locked(settings.DATA_DIR, fcntl.LOCK_SH))
        response = get_response(request)
        response._resource_closers.append(passage.close)
        return response

    return passing


class Gate:
    """The test's side. Open at first."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._closed = folder, ExitStack()

    def close(self) -> None:
        """Returns when no request is under way; none begins until it is opened again."""
        self._closed.enter_context(_locked(self._folder, fcntl.LOCK_EX))

    def open(self) -> None:
        """Let requests pass."""
        self._closed.close()


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    # Each time a descriptor of its own: threads of one process keep each other out, too.
    gate = os.open(folder / "gate", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(gate, how)
        yield
    finally:
        os.close(gate)
