"""What is an arrived file: a whole clip, something to be kept all the same, or neither?"""

from pathlib import Path
from typing import Any

from videos.frames.inspection import (
    CutOff,
    MediaError,
    NotVideo,
    Unreadable,
    container_of,
    inspect,
)
from videos.models import Asset, Condition

# The columns of an asset that say what its clip is.
Facts = dict[str, Any]
NAMES = (
    "width",
    "height",
    "container",
    "codec",
    "seconds",
    "frames",
    "frame_rate",
    "rotation",
    "pixel_aspect",
    "has_audio",
    "condition",
    "note",
)
# A file of which nobody knows what it is.
UNKNOWN = "bin"


def examine(path: Path, *, anything: bool = False) -> Facts:
    """What the clip is. One in a known container that cannot be checked is kept as it came.

    Raises NotVideo for what is certainly something else, and CutOff or Unreadable for what is
    better asked for again. With `anything`, only NotVideo.
    """
    try:
        measured = inspect(path)
    except NotVideo:
        raise
    except MediaError as error:
        container = _container(path)
        is_cut = isinstance(error, CutOff)
        if not anything and (is_cut or container == UNKNOWN):
            raise
        condition = Condition.INCOMPLETE if is_cut else Condition.UNCHECKED
        facts = {"width": 0, "height": 0, "container": container, "condition": condition.value}
        return facts | {"note": error.reason}
    facts = {name: getattr(measured, name) for name in NAMES[:-2]}
    return facts | {"container": measured.container.value, "codec": measured.codec[:32]}


def describe(path: Path) -> Facts:
    """The same as `examine` for a file that was archived before: nothing is refused."""
    try:
        return examine(path, anything=True)
    except NotVideo as error:
        facts = {"width": 0, "height": 0, "container": UNKNOWN, "note": error.reason}
        return facts | {"condition": Condition.UNCHECKED.value}


def facts_of(asset: Asset) -> Facts:
    """What the row says its clip is."""
    return {name: getattr(asset, name) for name in NAMES}


def _container(path: Path) -> str:
    try:
        return container_of(path).value
    except Unreadable:
        return UNKNOWN
