"""How does a thread serve a connection? gunicorn's way, and it stays a moment for the next request.

The way back through the worker's main thread costs a dozen system calls and two changes of thread,
a tenth of what a range costs; players, pages and scripts ask again at once.
"""

import select
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# In milliseconds: more than a reader nearby needs, less than anybody notices.
STAY = 5


class StayingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A gthread worker whose threads stay with a reader for as long as nobody waits for one."""

    def handle(self, conn: Any) -> Any:
        """gunicorn's own, again for each request that comes within the moment."""
        answered = super().handle(conn)
        while answered is True and self._asks_again(conn):
            answered = super().handle(conn)
        return answered

    def _asks_again(self, conn: Any) -> bool:
        # What was read ahead no longer shows on the socket; gunicorn sees to it.
        read_ahead = conn.parser.unreader.buf.getvalue()
        if read_ahead or not self.alive or self.tpool._work_queue.qsize():
            return False
        socket = select.poll()
        socket.register(conn.sock, select.POLLIN)
        return bool(socket.poll(STAY))
