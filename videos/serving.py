"""How do our servers of HTTP start, share a socket, and stop? For the web pages and the engine."""

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
# waitress gives requests under way five seconds.
STOP_SECONDS = 7.0
# A process that ends sooner than this after its start counts as one that could not start.
SOON_SECONDS = 5.0
MAX_FAILED_STARTS = 8
LONGEST_PAUSE = 2.0
# Open connections of one process; waitress accepts no more until some have ended.
MAX_CONNECTIONS = 1000
BACKLOG = 1024
# What the kernel takes of an answer at once. waitress reads so much of a file for each attempt to
# send: Linux's own size on loopback, 2.6 MB, is read several times over before it is sent.
SEND_BUFFER_BYTES = 256 * 1024
MAX_HEADER_BYTES = 64 * 1024
# The key in the WSGI environment with the address of the connection's other side. waitress puts the
# visitor's into REMOTE_ADDR where a proxy is trusted.
PEER = "dailies.peer"


def listen(host: str, port: int, *, idle_seconds: float) -> socket.socket:
    """A listening socket, on IPv6 and IPv4 alike where the host is `::`. OSError.

    The kernel ends its connections whose other side takes nothing for `idle_seconds`. waitress
    does not: it waits until it can write before it closes.
    """
    is_ipv6 = ":" in host
    listener = socket.create_server(
        (host, port),
        family=socket.AF_INET6 if is_ipv6 else socket.AF_INET,
        dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        backlog=BACKLOG,
    )
    # Linux hands these on to every connection that is accepted.
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
    """Answer requests until SystemExit. `settings` are waitress's own.

    With `is_known`, requests of others than those it knows may only have small bodies.

    A connection that sends nothing for `idle_seconds` is closed, unless its request is being worked
    on.
    """
    logging.getLogger("waitress").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    idle = max(1, int(idle_seconds))
    server = create_server(
        application,
        sockets=[listener],
        ident="Dailies",
        connection_limit=MAX_CONNECTIONS,
        # select() would end at 1,024 descriptors.
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
    """Keeps a number of forked processes alive that all run `serve`.

    They share what the parent has opened, such as a listening socket. A process that dies is
    replaced; all of them end with the parent, also when the parent is killed.
    """

    def __init__(self, serve: Callable[[], None], processes: int) -> None:
        self._serve, self._processes = serve, processes
        self._started: dict[int, float] = {}
        self._failed_starts = 0
        # The children read from it: it ends when no parent holds the other end any more.
        self._parent_alive = os.pipe()
        # From here on signals wait for `run`: Python writes their numbers there. (A mask would not
        # do: libraries may have started threads that take the signal.)
        self._arrivals, writing = os.pipe()
        os.set_blocking(writing, False)
        for number in SIGNALS:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def run(self) -> None:
        """Returns after SIGTERM or SIGINT. SystemExit where the processes die again and again."""
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
            # Again and again: a process that was just forked does not listen yet.
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
    """Stop serving, once: the same signal may come from a terminal and from the parent."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def _follow_parent(reading: int) -> None:
    os.read(reading, 1)
    os.kill(os.getpid(), signal.SIGTERM)
