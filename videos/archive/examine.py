"""Is a downloaded file an intact clip, something to keep anyway, or neither?"""

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

# The columns of an asset that describe its clip.
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
# The container of a file of unknown type.
UNKNOWN = "bin"


def examine(path: Path, *, anything: bool = False) -> Facts:
    """Describe a clip. A clip in a known container that can't be checked is accepted as it is.

    Raises NotVideo if the file certainly isn't a video, and CutOff or Unreadable if it should be
    downloaded again. With `anything`, it raises only NotVideo.
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
    """As `examine`, for a file that is archived already: nothing is refused."""
    try:
        return examine(path, anything=True)
    except NotVideo as error:
        facts = {"width": 0, "height": 0, "container": UNKNOWN, "note": error.reason}
        return facts | {"condition": Condition.UNCHECKED.value}


def facts_of(asset: Asset) -> Facts:
    """The facts that the row stores about its clip."""
    return {name: getattr(asset, name) for name in NAMES}


def _container(path: Path) -> str:
    try:
        return container_of(path).value
    except Unreadable:
        return UNKNOWN
