"""How fast do archived bytes leave, beside the fastest file server at hand?"""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.floors import static_files
from tests.bench.load import Ask, Load, Request, memory_mb, run
from tests.bench.report import Metric
from tests.bench.site import CLIP_BYTES, Bench, always, archived_clip
from tests.web_process import FLOOR, running_web

CLIENTS = 8
PIECE = 1 << 20
STALLED = 60
HALF_A_BODY = b"POST /videos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nhalf"


def measure(bench: Bench) -> Iterator[Metric]:
    """Whole files, ranges, memory, and what players who pause do to a page."""
    url, path = archived_clip()
    with static_files(bench.folder, bench.folder / "archive", bench.web.port) as files:

        def floor(request: Request) -> Load:
            return run(files.port, files.pid, request, clients=CLIENTS, seconds=bench.seconds / 4)

        def ours(request: Request) -> Load:
            return bench.load(request, CLIENTS, bench.seconds / 4)

        their_file, our_file = Ask(f"/{path}"), bench.logged_in(Ask(url))
        ours(ranges(our_file))
        memory = memory_mb(bench.web.process.pid)
        low, high = bench.compare(lambda: floor(always(their_file)), lambda: ours(always(our_file)))
        yield Metric(
            f"20 MB whole, {CLIENTS} clients ({files.name})",
            f"{low.megabytes:,.0f} MB/s",
            f"{high.megabytes:,.0f} MB/s",
            high.megabytes / low.megabytes,
            "≥ 0.75",
        )
        # Which of our two processes the clients meet in is random in each slice.
        low, high = bench.compare(
            lambda: floor(ranges(their_file)), lambda: ours(ranges(our_file)), slices=8
        )
        yield from _ranges(low, high)
        grown = memory_mb(bench.web.process.pid) - memory
        yield Metric("memory after that", "", f"+{grown:.0f} MB", grown, "≤ 40")
    yield from _through_nginx(bench, url, path)
    yield from _beside_slow_people(bench, url)


def _through_nginx(bench: Bench, url: str, path: str) -> Iterator[Metric]:
    """The same where Django decides and nginx sends (X-Accel-Redirect)."""
    with (
        running_web(bench.folder, X_ACCEL_PREFIX="/archive/") as behind,
        static_files(bench.folder, bench.folder / "archive", behind.port) as files,
    ):
        if files.front is None:
            return
        bench.warm(behind)

        def at(port: int, request: Request) -> Load:
            return run(port, files.pid, request, clients=CLIENTS, seconds=bench.seconds / 4)

        front, theirs, ask = files.front, Ask(f"/{path}"), bench.logged_in(Ask(url))
        low, high = bench.compare(
            lambda: at(files.port, always(theirs)), lambda: at(front, always(ask)), slices=2
        )
        yield Metric(
            "20 MB whole, X-Accel-Redirect",
            f"{low.megabytes:,.0f} MB/s",
            f"{high.megabytes:,.0f} MB/s",
            high.megabytes / low.megabytes,
            "≥ 0.85",
        )
        low, high = bench.compare(
            lambda: at(files.port, ranges(theirs)), lambda: at(front, ranges(ask)), slices=2
        )
    yield Metric(
        "1 MB ranges, X-Accel-Redirect",
        f"{low.rate:,.0f}/s",
        f"{high.rate:,.0f}/s",
        high.rate / low.rate,
    )


def ranges(ask: Ask) -> Request:
    """A megabyte from anywhere."""
    chance = random.Random(7)

    def request(number: int) -> Ask:
        first = chance.randrange(CLIP_BYTES - PIECE)
        return Ask(ask.path, ask.headers, span=(first, first + PIECE - 1))

    return request


def _ranges(low: Load, high: Load) -> Iterator[Metric]:
    yield Metric(
        f"1 MB ranges, {CLIENTS} clients",
        f"{low.rate:,.0f}/s",
        f"{high.rate:,.0f}/s",
        high.rate / low.rate,
        "≥ 0.45",
    )
    yield Metric(
        "1 MB ranges, p99",
        f"{low.at(0.99):.1f} ms",
        f"{high.at(0.99):.1f} ms",
        high.at(0.99) / low.at(0.99),
        "≤ 4",
    )
    if low.cpu:
        yield Metric(
            "1 MB ranges, server CPU",
            f"{low.cpu_ms:.2f} ms",
            f"{high.cpu_ms:.2f} ms",
            high.cpu_ms / low.cpu_ms,
        )


def _beside_slow_people(bench: Bench, url: str) -> Iterator[Metric]:
    """60 players that have stopped reading, and 60 senders that have stopped half-way. One client
    asks: whether two meet in the same of the server's processes is chance."""
    page = always(bench.logged_in(Ask(FLOOR)))

    def beside() -> Load:
        with ExitStack() as stack:
            for _ in range(STALLED):
                sender = socket.create_connection(("127.0.0.1", bench.web.port))
                stack.enter_context(sender).sendall(HALF_A_BODY)
            readers = [
                stack.enter_context(bench.web.open(url, bench.cookie)) for _ in range(STALLED)
            ]
            for reader in readers:
                # Its answer has begun; it takes no more of it.
                reader.recv(1)
            return bench.load(page, 1, bench.seconds / 3)

    calm, busy = bench.compare(lambda: bench.load(page, 1, bench.seconds / 3), beside, slices=3)
    name = f"empty page beside {STALLED} stalled players and {STALLED} half-sent bodies"
    yield Metric(
        f"{name}, median",
        f"{calm.at(0.5):.1f} ms",
        f"{busy.at(0.5):.1f} ms",
        busy.at(0.5) / calm.at(0.5),
        "≤ 2",
    )
    slowest = 1000 * max(busy.latencies)
    yield Metric(f"{name}, slowest, ms", "", f"{slowest:.0f} ms", slowest, "≤ 1000")
