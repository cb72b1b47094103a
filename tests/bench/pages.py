"""What do the pages cost at N rows, beside a stock Django's empty page for who is logged in?

Ratios are of the server's CPU time per request where /proc tells it, else of the median latency.
"""

import random
import statistics
from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench.load import Ask, Load, Request
from tests.bench.report import Metric
from tests.bench.site import Bench, log, member_cookie
from tests.web_process import running_web

TOKEN = "0123456789abcdefghijklmnopqrstuv"
# A stock Django under the same server.
STOCK = {"DJANGO_SETTINGS_MODULE": "tests.bench.stock"}
FORM = "Content-Type: application/x-www-form-urlencoded\r\nHX-Request: true\r\n"


def measure(bench: Bench, rows: int) -> Iterator[Metric]:
    """First, deep and cold pages, the poll, a clip's page, a submission."""
    from django.core.management import call_command

    from videos.jobs.health.heartbeat import beat
    from videos.models import VideoJob

    log(f"seeding {rows:,} rows")
    call_command("seed", "--jobs", str(rows), "--reviewed")
    ids = list(VideoJob.objects.order_by("-id").values_list("public_id", flat=True))
    newest = list(VideoJob.objects.order_by("-id").values_list("public_id", "version")[:24])
    label = f"{rows:,} rows"
    poll = Ask("/poll?" + urlencode({"jobs": ",".join(f"{one}.{v}" for one, v in newest)}))
    pages: list[tuple[str, Ask | Request, str]] = [
        (f"gallery, {label}", Ask("/"), "≤ 4"),
        (f"gallery, {label}, page at 99 %", Ask(_before(ids, 0.99)), "≤ 4"),
        (f"gallery, {label}, cards not cached", _anywhere(bench, ids), "≤ 8"),
        ("poll of 24 clips, nothing changed", poll, "≤ 1.3"),
        ("page of one clip", Ask(f"/videos/{ids[0]}"), "≤ 5"),
        ("submit", _submissions(bench), "≤ 4"),
    ]
    cookie = member_cookie("django.contrib.auth.backends.ModelBackend")
    with running_web(bench.folder, **STOCK) as floor:
        bench.warm(floor, cookie)
        for name, ask, goal in pages:
            # As beside a mirror that goes round; without one there is a banner on each page.
            beat("bench")
            low, high = bench.beside(floor, cookie, ask)
            yield Metric(name, _cost(low), _cost(high), _ratio(low, high), goal)
    size = _wire_bytes(bench, poll)
    yield Metric("poll, bytes of the answer", "", str(size), float(size), "≤ 300")


def _ratio(low: Load, high: Load) -> float:
    return high.cpu_ms / low.cpu_ms if low.cpu else high.at(0.5) / low.at(0.5)


def _cost(load: Load) -> str:
    if load.cpu:
        return f"{load.cpu_ms:.2f} ms CPU"
    return f"{statistics.median(load.latencies) * 1000:.2f} ms"


def _before(ids: list[str], share: float) -> str:
    return f"/?before={ids[round(share * (len(ids) - 1))]}"


def _anywhere(bench: Bench, ids: list[str]) -> Request:
    chance = random.Random(3)
    return lambda number: bench.logged_in(Ask(_before(ids, chance.uniform(0.02, 0.95))))


def _submissions(bench: Bench) -> Request:
    from django.conf import settings

    cookie = f"Cookie: {bench.cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}\r\n"
    fields = {
        "prompt": "a paper boat on a calm sea at dawn",
        "model": "bench",
        "size": "1280x720",
        "seconds": "4",
        "csrfmiddlewaretoken": TOKEN,
    }

    def request(number: int) -> Ask:
        body = urlencode(fields | {"key": uuid4().hex}).encode()
        return Ask("/videos", cookie + FORM, "POST", body)

    return request


def _wire_bytes(bench: Bench, ask: Ask) -> int:
    """Head and body, as they cross the wire."""
    with bench.web.open(ask.path, bench.cookie) as sock:
        return len(sock.recv(65536))
