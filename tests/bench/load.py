"""What can a number of clients get out of a server, and what does that cost it?

Own client: wrk and its like are on few machines, and none of them counts the server's CPU time,
which is the steadier figure where client and server share two cores.
"""

import os
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

# Makes the n-th request of a client: (path, header lines, body).
Request = Callable[[int], "Ask"]
SUCCESS = {200, 204, 206, 302, 303, 304}
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Ask:
    """One request; `whole` asks again from where a shorter 206 ended, until `whole` bytes came."""

    path: str
    headers: str = ""
    method: str = "GET"
    body: bytes = b""
    span: tuple[int, int] | None = None


@dataclass
class Load:
    """What came of it. Latencies in seconds, `cpu` in seconds of the server's processes."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def add(self, other: "Load") -> None:
        """Sum up slices of one measurement."""
        self.requests += other.requests
        self.bytes += other.bytes
        self.seconds += other.seconds
        self.cpu += other.cpu
        self.latencies += other.latencies
        for status, number in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + number

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of the server's CPU per request."""
        return 1000 * self.cpu / max(1, self.requests)

    @property
    def megabytes(self) -> float:
        """Megabytes per second."""
        return self.bytes / self.seconds / 1e6

    def at(self, share: float) -> float:
        """The latency, in ms, that this share of the requests stayed below."""
        return 1000 * statistics.quantiles(self.latencies, n=1000)[round(1000 * share) - 1]


class Client:
    """One kept connection that reads and forgets."""

    def __init__(self, port: int) -> None:
        self.port, self.sock = port, None
        self.buffer = memoryview(bytearray(1 << 20))

    def ask(self, ask: Ask) -> tuple[int, int]:
        """Status and length of the body. Connects again where the server hung up."""
        for _ in range(2):
            try:
                return self._ask(ask)
            except (ConnectionError, EOFError):
                self.close()
        return self._ask(ask)

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
        self.sock = None

    def _ask(self, ask: Ask) -> tuple[int, int]:
        if self.sock is None:
            self.sock = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        length = f"Content-Length: {len(ask.body)}\r\n" if ask.body else ""
        head = f"{ask.method} {ask.path} HTTP/1.1\r\nHost: localhost\r\n{ask.headers}{length}\r\n"
        self.sock.sendall(head.encode() + ask.body)
        return self._answer()

    def _answer(self) -> tuple[int, int]:
        head = b""
        while (end := head.find(b"\r\n\r\n")) < 0:
            got = self.sock.recv_into(self.buffer)
            if not got:
                raise EOFError
            head += self.buffer[:got]
        lines = head[:end].decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:])
        status = int(lines[0].split()[1])
        length = 0 if status in (204, 304) else int(fields.get("content-length", 0))
        left = length - (len(head) - end - 4)
        while left > 0:
            got = self.sock.recv_into(self.buffer, min(left, len(self.buffer)))
            if not got:
                raise EOFError
            left -= got
        if fields.get("connection") == "close":
            self.close()
        return status, length


def run(port: int, pid: int, request: Request, *, clients: int = 8, seconds: float = 1.0) -> Load:
    """Let `clients` ask one after the other for a while."""
    until = time.perf_counter() + seconds
    numbers = count()
    loads = [Load() for _ in range(clients)]
    threads = [
        threading.Thread(target=_client, args=(port, request, numbers, until, load))
        for load in loads
    ]
    cpu, started = cpu_seconds(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Load()
    for load in loads:
        total.add(load)
    total.seconds = time.perf_counter() - started
    total.cpu = cpu_seconds(pid) - cpu
    if set(total.statuses) - SUCCESS:
        raise AssertionError(f"these were no successes: {total.statuses}")
    return total


def _client(port: int, request: Request, numbers: Iterator[int], until: float, load: Load) -> None:
    client = Client(port)
    while (started := time.perf_counter()) < until:
        ask = request(next(numbers))
        status, length = _spanned(client, ask) if ask.span else client.ask(ask)
        load.latencies.append(time.perf_counter() - started)
        load.requests += 1
        load.bytes += length
        load.statuses[status] = load.statuses.get(status, 0) + 1
    client.close()


def _spanned(client: Client, ask: Ask) -> tuple[int, int]:
    """All of a range, as players get it: a 206 may be shorter, then they ask for the rest."""
    first, last = ask.span or (0, 0)
    total, status = 0, 206
    while total < last - first + 1 and status == 206:
        header = f"{ask.headers}Range: bytes={first + total}-{last}\r\n"
        status, length = client.ask(Ask(ask.path, header))
        total += length
    return status, total


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and all that it started; 0 where there is no /proc."""
    total = 0.0
    for one in family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / TICK
    return total


def family(pid: int) -> list[int]:
    """The process and its descendants."""
    pids = [pid]
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in tasks.read_text().split():
            pids += family(int(child))
    return pids


def memory_mb(pid: int) -> float:
    """Resident megabytes of a process and all that it started."""
    pages = 0
    for one in family(pid):
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
