"""`python -m tests.chaos.engine --data … --port …`: the engine, with drawing that takes no time.

Also the drawing process itself, as `python -m tests.chaos.engine draw CLIP`.
"""

import json
import random
import struct
import subprocess
import sys
import time
from pathlib import Path

from engine import __main__ as engine
from engine import child
from engine.files import VARIANTS
from engine.store import Job, NewJob, Store

# Between the commit of a job and the answer to its create: where a kill costs most, in seconds.
ANSWERS_AFTER = 0.25
DRAWS_FOR = 0.2


def serve() -> None:
    """The real engine but for the two seams."""
    clip = Path(sys.argv[sys.argv.index("--data") + 1]) / "clip.mp4"
    add = Store.add

    def add_and_linger(self: Store, job: NewJob) -> Job:
        stored = add(self, job)
        time.sleep(random.uniform(0, ANSWERS_AFTER))
        return stored

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.engine", "draw", str(clip)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    Store.add = add_and_linger  # type: ignore[method-assign]
    child._start = start
    engine.main()


def draw(clip: Path) -> None:
    """Answer jobs as the renderer does. Each video is the same, with its job written into it."""
    for line in sys.stdin:
        job = json.loads(line)
        _say(progress=40)
        time.sleep(random.uniform(0, DRAWS_FOR))
        folder = Path(job["folder"])
        mark = json.dumps(job).encode()
        # A box that every player skips makes no two files alike.
        box = struct.pack(">I4s", len(mark) + 8, b"free") + mark
        (folder / VARIANTS["video"][0]).write_bytes(clip.read_bytes() + box)
        for name in ("thumbnail", "spritesheet"):
            (folder / VARIANTS[name][0]).write_bytes(mark)
        _say(done=True)


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        draw(Path(sys.argv[2]))
    else:
        serve()
