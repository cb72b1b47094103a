"""How does gunicorn serve the pages? `gunicorn -c python:dashboard.gunicorn dashboard.wsgi`."""

import contextlib
import gc
import logging
import socket
import struct
import sys
from typing import Any

from dashboard import bodies, settings

bind = (
    f"[{settings.HOST}]:{settings.PORT}"
    if ":" in settings.HOST
    else f"{settings.HOST}:{settings.PORT}"
)
worker_class = "dashboard.worker.StayingWorker"
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
    """Drops the traceback of a reader who took nothing for too long (`archive.slots`), or of a
    sender who said nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a timeout, Python's or the kernel's."""
        error = record.exc_info and record.exc_info[1]
        return not isinstance(error, TimeoutError | BlockingIOError)


def when_ready(server: Any) -> None:
    """Let the kernel hold connections that say nothing: browsers open some in advance, and each
    would keep a thread for five seconds. A head that stops half-way keeps one for `SILENCE`."""
    for listener in server.LISTENERS:
        # Linux hands it on to every connection that the listener accepts.
        silence = struct.pack("ll", max(1, int(bodies.SILENCE)), 0)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, silence)
        if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.sock.family != socket.AF_UNIX:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 10)
    sys.stdout.write(f"Dailies is at {settings.PUBLIC_URL}  (Ctrl-C stops it)\n")
    sys.stdout.flush()


def pre_request(worker: Any, req: Any) -> None:
    """The head is read; a slow body must not keep the thread."""
    bodies.begin(req)


def post_request(worker: Any, req: Any, environ: dict[str, Any], resp: Any) -> None:
    """Where the connection ends now, expect nothing more from it: gunicorn would wait up to two
    seconds for the reader to hang up, on the one thread that accepts everybody else. A request
    with a body is left alone: a sender who is cut off may never see our answer."""
    bodies.end(req)
    # The exception of a broken transfer is on its way through gunicorn while this runs.
    broken = sys.exc_info()[0] is not None
    sock = environ.get("gunicorn.socket")
    if sock and req.method in ("GET", "HEAD") and (broken or resp.should_close()):
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RD)


def post_worker_init(worker: Any) -> None:
    """Quieten this worker's log, and let the garbage collector pass over what never goes."""
    gc.collect()
    gc.freeze()
    logging.getLogger("gunicorn.error").addFilter(ReadersWhoLeft())
