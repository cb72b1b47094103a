"""How does a prompt become a film? Draws an animatic from its words: a sketch, not a model's work.

Imports nothing of ours but itself. The same film (prompt, size, seconds, seed, quality) gives the
same bytes on one machine; another seed gives another take of the same words.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from .draw import Artist, compose, frames
from .encode import write
from .film import FPS, Film

__all__ = ["FPS", "Film", "render"]


def render(film: Film, path: Path, progress: Callable[[float], None]) -> None:
    """Writes the whole MP4 at `path`.

    `progress` is called with 0.0..1.0 as frames are really encoded. An exception raised by it
    aborts the render; whatever goes wrong, no partial file is left behind.
    """
    try:
        with closing(frames(Artist(compose(film)))) as pictures:
            write(film, pictures, path, progress)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
