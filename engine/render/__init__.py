"""How does a prompt become a clip? Draws an animatic from its words: a sketch, not a model's work.

Imports nothing of ours but itself. The same clip (prompt, size, seconds, seed, quality) gives the
same bytes on one machine; another seed gives another take of the same words.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from .draw import Artist, compose, frames
from .encode import write
from .spec import FPS, ClipSpec
from .splice import joined, shown, still

__all__ = ["FPS", "ClipSpec", "render", "still"]


def render(
    spec: ClipSpec,
    path: Path,
    progress: Callable[[float], None],
    *,
    after: Path | None = None,
    seconds: int = 0,
) -> None:
    """Writes the whole MP4 at `path`; behind the first `seconds` of the clip at `after`, if any.

    `progress` is called with 0.0..1.0 as frames are really encoded. An exception raised by it
    aborts the render; whatever goes wrong, no partial file is left behind.
    """
    try:
        with closing(frames(Artist(compose(spec)))) as pictures:
            if after is None:
                write(spec, pictures, path, progress)
                return
            count = seconds * FPS
            with closing(shown(after, spec.width, spec.height, count)) as earlier:
                write(spec, joined(earlier, pictures), path, progress, more=count)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
