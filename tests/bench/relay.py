"""How fast do bytes pass through that only the provider has?"""

import statistics
import time
from collections.abc import Iterator

from tests.bench.floors import static_files
from tests.bench.load import Ask, Load, Request, run
from tests.bench.report import Metric
from tests.bench.site import Bench, always, archived_clip, completed_job

CLIENTS = 4
LOOKS = 20


def measure(bench: Bench) -> Iterator[Metric]:
    """The floor is the provider itself: a file server that has the clip under the API's path."""
    from videos.models import Provider

    _, path = archived_clip()
    remote = bench.folder / "remote"
    content = remote / "v1" / "videos" / "relayed" / "content"
    content.parent.mkdir(parents=True, exist_ok=True)
    content.unlink(missing_ok=True)
    content.hardlink_to(bench.folder / "archive" / path)
    with static_files(bench.folder, remote, bench.web.port) as provider:
        Provider.objects.filter(slug="bench").update(
            base_url=f"http://127.0.0.1:{provider.port}/v1"
        )
        job = completed_job("relayed")
        url = f"/videos/{job.public_id}/content"

        def direct(request: Request) -> Load:
            part = bench.seconds / 4
            return run(provider.port, provider.pid, request, clients=CLIENTS, seconds=part)

        def through(request: Request) -> Load:
            return bench.load(request, CLIENTS, bench.seconds / 4)

        there, here = Ask("/v1/videos/relayed/content"), bench.logged_in(Ask(url))
        low, high = bench.compare(lambda: direct(always(there)), lambda: through(always(here)))
        yield Metric(
            f"20 MB relayed, {CLIENTS} clients ({provider.name})",
            f"{low.megabytes:,.0f} MB/s",
            f"{high.megabytes:,.0f} MB/s",
            high.megabytes / low.megabytes,
            "≥ 0.3",
        )
        first = 1000 * statistics.median(_first_byte(bench, url) for _ in range(LOOKS))
        yield Metric("relayed, first byte, median ms", "", f"{first:.1f} ms", first, "≤ 10")


def _first_byte(bench: Bench, url: str) -> float:
    started = time.perf_counter()
    with bench.web.open(url, bench.cookie, Range="bytes=0-1000") as sock:
        sock.recv(1)
        return time.perf_counter() - started
