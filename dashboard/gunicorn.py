"""How does gunicorn serve the pages? `gunicorn -c python:dashboard.gunicorn dashboard.wsgi`."""

import contextlib
import logging
import socket
import sys
from typing import Any

from dashboard import settings

bind = (
    f"[{settings.HOST}]:{settings.PORT}"
    if ":" in settings.HOST
    else f"{settings.HOST}:{settings.PORT}"
)
worker_class = "gthread"
workers = settings.WEB_WORKERS
threads = settings.WEB_THREADS
# A thread's long download is no silence: the worker's main thread goes on reporting.
timeout = 30
graceful_timeout = 4
keepalive = 5
worker_connections = 1000
loglevel = "warning"
accesslog = None
control_socket_disable = True
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190


class ReadersWhoLeft(logging.Filter):
    """Drops the traceback of a reader who took nothing for too long (`archive.slots`)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a timeout."""
        return not (record.exc_info and isinstance(record.exc_info[1], TimeoutError))


def when_ready(server: Any) -> None:
    """Let the kernel hold connections that say nothing: browsers open some in advance, and each
    would keep a thread for five seconds."""
    for listener in server.LISTENERS:
        if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.sock.family != socket.AF_UNIX:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 10)
    sys.stdout.write(f"Dailies is at {settings.PUBLIC_URL}  (Ctrl-C stops it)\n")
    sys.stdout.flush()


def post_request(worker: Any, req: Any, environ: dict[str, Any], resp: Any) -> None:
    """Where the connection ends now, expect nothing more from it: gunicorn would wait up to two
    seconds for the reader to hang up, on the one thread that accepts everybody else. A request
    with a body is left alone: a sender who is cut off may never see our answer."""
    # The exception of a broken transfer is on its way through gunicorn while this runs.
    broken = sys.exc_info()[0] is not None
    sock = environ.get("gunicorn.socket")
    if sock and req.method in ("GET", "HEAD") and (broken or resp.should_close()):
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RD)


def post_worker_init(worker: Any) -> None:
    """Quieten this worker's log."""
    logging.getLogger("gunicorn.error").addFilter(ReadersWhoLeft())
