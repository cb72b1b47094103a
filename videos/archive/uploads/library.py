"""Where are the pictures of the reference library stored?"""

import io
import secrets
from dataclasses import dataclass

from PIL import Image

from videos.archive import store
from videos.archive.uploads import picture, references


@dataclass(frozen=True)
class Stored:
    """A picture's path within the archive, the hash of its file, and its size in pixels."""

    path: str
    sha256: str
    width: int
    height: int


def keep(png: bytes) -> Stored:
    """Store a PNG that Dailies made."""
    path = f"pictures/{secrets.token_hex(16)}.png"
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        width, height = image.size
    references.write(path, png)
    return Stored(path, store.digest(png), width, height)


def fitted(path: str, size: tuple[int, int] | None, *, pad: bool = False) -> bytes:
    """The picture as a PNG of `size`. Raises FileNotFoundError or picture.Unusable."""
    data = references.read(path)
    try:
        with picture.one_at_a_time(), Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            return data if size in (None, image.size) else picture.fitted(image, size, pad=pad)
    except picture.BROKEN as error:
        raise FileNotFoundError(path) from error


drop, stored_bytes = references.drop, references.stored_bytes
