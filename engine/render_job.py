"""How are clips rendered? The program of a child process, one job after another.

A process of its own, because a render that crashes, hangs or eats the memory must not take the
server with it, and because killing is the only way to stop one at once. It reads jobs from its
standard input, writes what happens to its standard output, and dies when the input is closed:
that is, with its parent, however that one dies.
"""

import json
import os
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TextIO

from engine.error_messages import explain
from engine.files import VARIANTS
from engine.render import ClipSpec, render, still
from videos.frames import preview


def main() -> None:
    jobs: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=[jobs], daemon=True).start()
    out = _own_output()
    os.nice(5)  # answering requests goes before drawing
    while True:
        _serve(jobs.get(), out)


def _listen(jobs: SimpleQueue[dict[str, Any]]) -> None:
    """Read jobs, one per line, until the parent is gone; then end at once, even while rendering.

    Plain reads: a buffered one would hold a lock that the end of the process waits for.
    """
    rest = b""
    while piece := os.read(0, 65536):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            jobs.put(json.loads(line))
    os._exit(0)


def _serve(job: dict[str, Any], out: TextIO) -> None:
    try:
        _render(job, out)
        say(out, done=True)
    except Exception as error:
        code, message = explain(error)
        say(out, code=code, message=message)


def _render(job: dict[str, Any], out: TextIO) -> None:
    reference, source = job["reference"], Path(job["source"]) if job["source"] else None
    size = job["width"], job["height"]
    picture = None if reference is None else Path(reference).read_bytes()
    if source is not None and job["picture"]:
        picture = still(source, *size, last=job["picture"] == "last")
    spec = ClipSpec(
        prompt=job["prompt"],
        width=job["width"],
        height=job["height"],
        seconds=job["seconds"] - job["continues"],
        seed=job["seed"],
        hd=job["hd"],
        reference=picture,
        look=job["look"],
        start=job["continues"],
    )
    folder = Path(job["folder"])
    video = folder / VARIANTS["video"][0]
    render(
        spec,
        video,
        lambda share: say(out, progress=int(share * 100)),
        after=source if job["continues"] else None,
        seconds=job["continues"],
    )
    stills = preview.stills(video)
    (folder / VARIANTS["thumbnail"][0]).write_bytes(stills.poster)
    (folder / VARIANTS["spritesheet"][0]).write_bytes(stills.sheet)


def say(out: TextIO, **what: Any) -> None:
    out.write(json.dumps(what) + "\n")
    out.flush()


def _own_output() -> TextIO:
    """The pipe to the parent. Anything that a library prints goes to stderr instead."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


if __name__ == "__main__":
    main()
