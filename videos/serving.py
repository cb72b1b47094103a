"""How do the HTTP servers of the web process and the engine start, share a socket, and stop?"""

import logging
import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from waitress import create_server

from videos import body_limits

log = logging.getLogger(__name__)

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}
SIGNALS = {*STOP_SIGNALS, signal.SIGCHLD}
# waitress gives running requests five seconds.
STOP_SECONDS = 7.0
# A process that ends sooner than this after its start counts as a failed start.
SOON_SECONDS = 5.0
MAX_FAILED_STARTS = 8
LONGEST_PAUSE = 2.0
# Open connections per process; beyond that, waitress accepts none until some are closed.
MAX_CONNECTIONS = 1000
BACKLOG = 1024
# The socket's send buffer. waitress reads this much of a file for each attempt to send. With the
# default of Linux on loopback, 2.6 MB, it would read the same data several times.
SEND_BUFFER_BYTES = 256 * 1024
MAX_HEADER_BYTES = 64 * 1024
# The key in the WSGI environment with the address of the connection's other side. waitress puts the
# visitor's into REMOTE_ADDR where a proxy is trusted.
PEER = "dailies.peer"


def listen(host: str, port: int, *, idle_seconds: float) -> socket.socket:
    """A listening socket, for both IPv6 and IPv4 if the host is `::`. Raises OSError.

    The kernel closes connections whose client reads nothing for `idle_seconds`. waitress wouldn't:
    before it closes a connection, it waits until it can write.
    """
    is_ipv6 = ":" in host
    listener = socket.create_server(
        (host, port),
        family=socket.AF_INET6 if is_ipv6 else socket.AF_INET,
        dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        backlog=BACKLOG,
    )
    # On Linux, accepted connections inherit these options.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        milliseconds = max(1000, int(1000 * idle_seconds))
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    return listener


def url_of(listener: socket.socket) -> str:
    """The address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    application: Any,
    listener: socket.socket,
    *,
    idle_seconds: float,
    is_known: body_limits.IsKnown | None = None,
    **settings: Any,
) -> None:
    """Serve requests until SystemExit. `settings` are passed to waitress.

    With `is_known`, only requests for which it returns True may have large bodies.

    A connection that sends nothing for `idle_seconds` is closed, unless its request is running.
    """
    logging.getLogger("waitress").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    idle = max(1, int(idle_seconds))
    server = create_server(
        application,
        sockets=[listener],
        ident="Dailies",
        connection_limit=MAX_CONNECTIONS,
        # select() is limited to 1,024 descriptors.
        asyncore_use_poll=True,
        channel_timeout=idle,
        cleanup_interval=max(1, idle // 6),
        max_request_header_size=MAX_HEADER_BYTES,
        max_request_body_size=body_limits.MAX_BODY_BYTES,
        inbuf_overflow=body_limits.MEMORY_BYTES,
        log_socket_errors=False,
        clear_untrusted_proxy_headers=True,
        **settings,
    )
    if is_known is not None:
        server.channel_class = body_limits.limited_channel(is_known)
    server.application = _noting_peer(server.application)
    server.run()


def _noting_peer(application: Any) -> Any:
    """The application, which waitress has wrapped to read the headers of proxies, in one that notes
    who is connected before that."""

    def noting(environ: dict[str, Any], start_response: Any) -> Any:
        environ[PEER] = environ.get("REMOTE_ADDR", "")
        return application(environ, start_response)

    return noting


class Supervisor:
    """Keeps a number of forked processes running that all call `serve`.

    They share what the parent has opened, such as a listening socket. A process that dies is
    replaced. All of them end with the parent, even if the parent is killed. `manage.py run`
    supervises other programs instead, which share nothing: `videos/management/processes.py`.
    """

    def __init__(self, serve: Callable[[], None], processes: int) -> None:
        self._serve, self._processes = serve, processes
        self._started: dict[int, float] = {}
        self._failed_starts = 0
        # The children read from this pipe; it is closed when the parent ends.
        self._parent_alive = os.pipe()
        # From here on, Python writes the numbers of signals to this pipe, which `run` reads.
        # Blocking the signals wouldn't be enough: a library's thread might receive them.
        self._arrivals, writing = os.pipe()
        os.set_blocking(writing, False)
        for number in SIGNALS:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def run(self) -> None:
        """Return after SIGTERM or SIGINT. Raises SystemExit if the processes keep dying."""
        try:
            while True:
                while len(self._started) < self._processes:
                    self._start()
                arrived = set(os.read(self._arrivals, 1024))
                if arrived & STOP_SIGNALS:
                    return
                self._reap()
        finally:
            self._stop()

    def _start(self) -> None:
        pid = os.fork()
        if pid == 0:
            _run_child(self._serve, self._parent_alive)
        self._started[pid] = time.monotonic()

    def _reap(self) -> None:
        for pid, status in _ended():
            age = time.monotonic() - self._started.pop(pid, 0)
            code = os.waitstatus_to_exitcode(status)
            how = signal.Signals(-code).name if code < 0 else f"status {code}"
            log.error("process %d ended (%s) and is started again", pid, how)
            self._failed_starts = self._failed_starts + 1 if age < SOON_SECONDS else 0
            if self._failed_starts >= MAX_FAILED_STARTS:
                raise SystemExit(f"gave up after {MAX_FAILED_STARTS} failed starts")
            if self._failed_starts > 1:
                time.sleep(min(0.1 * 2**self._failed_starts, LONGEST_PAUSE))

    def _stop(self) -> None:
        until = time.monotonic() + STOP_SECONDS
        while self._started:
            # Repeatedly, because a process that was just forked doesn't handle signals yet.
            last = time.monotonic() > until
            for pid in self._started:
                os.kill(pid, signal.SIGKILL if last else signal.SIGTERM)
            time.sleep(0.05)
            for pid, _ in _ended():
                self._started.pop(pid, None)


def _ended() -> list[tuple[int, int]]:
    """The children that ended since the last call, with their wait status."""
    ended: list[tuple[int, int]] = []
    try:
        while (child := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append(child)
    except ChildProcessError:
        pass
    return ended


def _run_child(serve: Callable[[], None], parent_alive: tuple[int, int]) -> NoReturn:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number in STOP_SIGNALS:
        signal.signal(number, _leave)
    reading, writing = parent_alive
    os.close(writing)
    threading.Thread(target=_follow_parent, args=[reading], daemon=True).start()
    status = 1
    try:
        serve()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        logging.shutdown()
        os._exit(status)


def _leave(*_: Any) -> NoReturn:
    """Stop serving. Only once: the signal may come from the terminal and from the parent."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def _follow_parent(reading: int) -> None:
    os.read(reading, 1)
    os.kill(os.getpid(), signal.SIGTERM)
