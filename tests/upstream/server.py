"""The listening socket, a thread for each connection, and the control channel of the test."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from tests.upstream.api import Api
from tests.upstream.faults import BODIES, STRIKES, Fault, strike
from tests.upstream.http import Answer, Connection, Request


class Server:
    def __init__(self, port: int) -> None:
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port: int = self.listener.getsockname()[1]
        self.api = Api()
        self.faults: list[Fault] = []
        self.log: list[dict[str, Any]] = []
        self.open: set[int] = set()
        self.busy = self.peak = 0
        self._lock = threading.Lock()
        self._connections = 0

    def serve(self) -> None:
        while True:
            sock, _ = self.listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections += 1
            threading.Thread(target=self._talk, args=(sock, self._connections), daemon=True).start()

    def _talk(self, sock: socket.socket, number: int) -> None:
        connection = Connection(sock)
        # Whatever a client does to its end must not trouble the others.
        with contextlib.suppress(OSError, ValueError), sock:
            while (request := connection.read()) is not None:
                if request.path.startswith("/__"):
                    connection.answer(self._control(request))
                    continue
                self.open.add(number)
                with self._counted():
                    goes_on = self._serve_one(connection, request, number)
                if not goes_on:
                    break
        self.open.discard(number)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        """How many requests are being answered, and how many were at most."""
        with self._lock:
            self.busy += 1
            self.peak = max(self.peak, self.busy)
        try:
            yield
        finally:
            with self._lock:
                self.busy -= 1

    def _serve_one(self, connection: Connection, request: Request, number: int) -> bool:
        route = route_of(request)
        with self._lock:
            self.log.append(_entry(request, route, number))
            fault = next((f for f in self.faults if f.strikes(route, request.target)), None)
        if fault is None:
            connection.answer(self._real(route, request))
            return True
        if (later := fault.how.get("commit_after")) is not None:
            timer = threading.Timer(later, self._real, (route, request))
            timer.daemon = True
            timer.start()
        real = self._real(route, request) if fault.commits else None
        return strike(fault, connection, real)

    def _real(self, route: str, request: Request) -> Answer:
        with self.api.lock:
            try:
                return self.api.answer(route, request)
            except (OSError, ValueError) as error:
                # Not one of the socket's, which are expected: this one is a fault of ours.
                raise RuntimeError("the fake upstream broke") from error

    # --- control ---------------------------------------------------------------------------

    def _control(self, request: Request) -> Answer:
        fields = request.fields()
        with self._lock, self.api.lock:
            try:
                return Answer.of(self._controlled(request.path, fields))
            except (ValueError, TypeError, KeyError) as error:
                return Answer.of({"error": str(error)}, 400)

    def _controlled(self, path: str, fields: dict[str, Any]) -> Any:
        if path == "/__script":
            fault = Fault(**fields)
            if fault.do not in BODIES and fault.do not in STRIKES:
                raise ValueError(f"unknown fault: {fault.do}")
            self.faults.append(fault)
        elif path == "/__settings":
            self.api.configure(fields)
        elif path == "/__calm":
            self.faults.clear()
        elif path == "/__log":
            return self.log
        elif path == "/__state":
            return self.api.describe() | {"open": len(self.open), "peak": self.peak}
        elif path == "/__reset":
            self.faults.clear()
            self.log.clear()
            # Idle connections of an earlier test's client are no business of this one.
            self.open.clear()
            self.peak = self.busy
            self.api.reset()
        else:
            raise ValueError(f"unknown control: {path}")
        return {}


# Method and path, `*` for any one part → the operation's name. The first that fits counts.
ROUTES = {
    "POST videos": "create",
    "GET videos": "list",
    "GET models": "models",
    "POST videos/edits": "edit",
    "POST videos/extensions": "extend",
    "POST videos/characters": "create_character",
    "GET videos/characters/*": "character",
    "GET videos/models": "video_models",
    "GET videos/*": "retrieve",
    "DELETE videos/*": "delete",
    "GET videos/*/content": "content",
    "POST videos/*/remix": "remix",
}


def route_of(request: Request) -> str:
    """The operation's name, or "unknown"."""
    for pattern, name in ROUTES.items():
        method, _, path = pattern.partition(" ")
        parts = path.split("/")
        pairs = zip(parts, request.segments, strict=False)
        same = len(parts) == len(request.segments) and all(a in ("*", b) for a, b in pairs)
        if method == request.method and same:
            return name
    return "unknown"


def _entry(request: Request, route: str, number: int) -> dict[str, Any]:
    return {
        "route": route,
        "method": request.method,
        "target": request.target,
        "query": request.query,
        "headers": request.headers,
        "fields": request.fields(),
        "connection": number,
        "at": time.time(),
    }
