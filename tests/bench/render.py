"""How fast does the embedded engine draw, in seconds of video per second?"""

import time
from collections.abc import Iterator

from tests.bench.report import Metric
from tests.bench.site import Bench, log

SECONDS = 4
PROMPT = "a paper boat on a calm sea at dawn, slow pan"


def measure(bench: Bench) -> Iterator[Metric]:
    """Both models at 720p, and the pictures made of a clip."""
    from engine.render import ClipSpec, render
    from videos.frames.preview import stills

    path = bench.folder / "clip.mp4"
    for name, finer, goal in (("sketch-1", False, "≥ 2"), ("sketch-1-hd", True, "≥ 0.5")):
        log(name)
        started = time.perf_counter()
        render(ClipSpec(PROMPT, 1280, 720, SECONDS, 1, finer), path, lambda done: None)
        speed = SECONDS / (time.perf_counter() - started)
        yield Metric(f"{name} at 720p, x realtime", "", f"{speed:.1f} x", speed, goal)
    started = time.perf_counter()
    stills(path)
    seconds = time.perf_counter() - started
    yield Metric("poster and spritesheet of 4 s at 720p", "", f"{seconds:.2f} s", seconds, "≤ 1")
