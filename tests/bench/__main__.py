"""`python -m tests.bench`: measure floors and ours in one run, print the ratios."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.report import Metric, as_json, table
from tests.bench.site import Bench, archived_clip, log, member_cookie, prepare
from tests.web_process import running_web


def main() -> None:
    """All parts, or those named."""
    options = _options()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dailies-bench-") as name:
        folder = Path(name)
        prepare(folder)
        metrics = list(_measured(folder, options))
    sys.stdout.write(table(metrics) + "\n")
    sys.stdout.write(f"{platform.machine()}, {os.cpu_count()} cores, {_load()}, ")
    sys.stdout.write(f"{time.monotonic() - started:.0f} s\n")
    if options.json:
        Path(options.json).write_text(json.dumps(as_json(metrics), indent=2) + "\n")


def _measured(folder: Path, options: argparse.Namespace) -> Iterator[Metric]:
    from tests.bench import browser, content, mirror, pages, queue, relay, render

    parts: dict[str, Callable[[Bench], Iterator[Metric]]] = {
        "render": render.measure,
        "content": content.measure,
        "relay": relay.measure,
        "mirror": mirror.measure,
        "queue": queue.measure,
        "browser": lambda bench: browser.measure(bench, options.jobs),
        "pages": lambda bench: pages.measure(bench, options.jobs),
    }
    cookie = member_cookie()
    archived_clip()
    with running_web(folder) as web:
        bench = Bench(folder, web, cookie, options.seconds)
        bench.warm()
        for name, measure in parts.items():
            if options.only in ("", name):
                log(name)
                yield from measure(bench)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure (2)")
    parser.add_argument("--jobs", type=int, default=100_000, help="rows of the gallery (100,000)")
    parser.add_argument("--only", default="", help="one part alone")
    parser.add_argument("--json", default="", help="write the figures there, too")
    return parser.parse_args()


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
