"""How does a frame of an archived clip become a picture to start from?"""

import io
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from PIL import Image

from videos.archive import serve, store
from videos.archive.uploads import picture
from videos.frames.inspection import MediaError
from videos.frames.still import OutsideClip, still_at
from videos.models import Kind

__all__ = ["Frame", "NoFrame", "OutsideClip", "preview", "take"]

# As precise as the times of comments.
THOUSANDTH = Decimal("0.001")


class NoFrame(Exception):
    """The clip isn't archived, or its file can't be read; the message is a phrase that says why."""


class Frame(NamedTuple):
    """A frame as a PNG of the requested size, and its time in seconds."""

    png: bytes
    at: Decimal


def take(
    public_id: str, at: Decimal | None, size: tuple[int, int] | None, *, pad: bool = False
) -> Frame:
    """The frame shown at `at` seconds, or the last one if None, fitted to `size` like an upload.

    Reads only our own copy. Raises NoFrame, OutsideClip, or picture.Unusable if too many images are
    being processed.
    """
    with picture.one_at_a_time():
        image, shown_at = _still(public_id, at)
        return Frame(picture.fitted(image, size, pad=pad), shown_at)


def preview(public_id: str, at: Decimal | None) -> bytes:
    """The same frame as a small WebP."""
    with picture.one_at_a_time():
        image, _shown_at = _still(public_id, at)
        image.thumbnail(picture.SMALL)
        out = io.BytesIO()
        image.save(out, "WEBP", quality=82)
    return out.getvalue()


def _still(public_id: str, at: Decimal | None) -> tuple[Image.Image, Decimal]:
    stored = serve.find(public_id, Kind.VIDEO)
    if stored is None or not stored.archived:
        raise NoFrame(_("it isn't archived here"))
    try:
        # Checks that the file is in the archive and has the stored size.
        file, _modified = serve.open_stored(stored)
        file.close()
        still = still_at(store.absolute(stored.path), None if at is None else float(at))
    except serve.FileMissing as missing:
        raise NoFrame(_("its file is missing")) from missing
    except MediaError as error:
        raise NoFrame(error.reason) from error
    return still.picture, Decimal(str(still.at)).quantize(THOUSANDTH)
