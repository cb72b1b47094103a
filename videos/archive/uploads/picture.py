"""How is an uploaded reference image checked and prepared?

The size in the header is checked before any pixel is decoded: a few kilobytes can claim gigabytes.
The result is a new image in sRGB, so only pixels of the upload are sent.
"""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from struct import error as StructError
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from videos.archive.colours import to_srgb

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 50_000_000  # phones take pictures of 48 and 50 megapixels
MAX_JPEG_PIXELS = 110_000_000
LARGEST = (4096, 4096)  # for a size that isn't given in pixels
LONGEST_WAIT = 30.0  # seconds
# Palettes and single bits can't be averaged, and Pillow can't average 16 bits.
REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")
LANCZOS = Image.Resampling.LANCZOS
SMALL = (640, 640)
BROKEN = (OSError, SyntaxError, ValueError, EOFError, StructError, Image.DecompressionBombError)


# How many may decode or wait. The other threads of the web process stay free for other requests.
PLACES = max(2, settings.WEB_THREADS // 3)
_decoder, _places = threading.BoundedSemaphore(1), threading.BoundedSemaphore(PLACES)


class Unusable(Exception):
    """The upload can't be used; the message says why, for people."""


class Busy(Unusable):
    """Too many images are being processed. Later, the upload can be used."""


def read(
    upload: "UploadedFile[Any] | None", size: tuple[int, int] | None, *, pad: bool = False
) -> bytes | None:
    """The upload as a PNG of exactly `size` pixels, cropped, or with black bars if `pad`.

    None without an upload. Raises Unusable.
    """
    if upload is None:
        return None
    limit = settings.REFERENCE_MAX_BYTES
    if upload.size is None or upload.size > limit:
        text = _("The image is larger than %(limit)d MB.")
        raise Unusable(text % {"limit": limit // 1024 // 1024})
    if upload.size == 0:
        raise Unusable(_("The file is empty."))
    if upload.file is None:
        raise Unusable(_("The upload failed. Choose the file again."))
    with warnings.catch_warnings():
        # Pillow only warns up to 179 megapixels; our own count comes right after.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = _opened(upload.file)
    with image:
        _check(image)
        with one_at_a_time():
            return _drawn(image, size, pad)


def fitted(image: Image.Image, size: tuple[int, int] | None, *, pad: bool = False) -> bytes:
    """A decoded picture as a PNG of `size`, as `read` makes it. The caller holds the decoder."""
    return _drawn(image, size, pad)


def small(png: bytes) -> bytes:
    """A WebP preview of a PNG from `read`. Raises ValueError if it is damaged."""
    out = io.BytesIO()
    try:
        with one_at_a_time(), Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            image.thumbnail(SMALL)
            image.save(out, "WEBP", quality=82)
    except BROKEN as error:
        raise ValueError("The stored picture is damaged.") from error
    return out.getvalue()


def _opened(file: IO[bytes]) -> Image.Image:
    file.seek(0)
    try:
        return Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Unusable(_too_many_pixels(MAX_JPEG_PIXELS)) from error
    except BROKEN as error:
        raise Unusable(_("This isn't a PNG, JPEG or WebP image.")) from error


def _check(image: Image.Image) -> None:
    # Large JPEGs are decoded at a fraction of their size; other formats at full size.
    limit = MAX_JPEG_PIXELS if image.format in ("JPEG", "MPO") else MAX_PIXELS
    if image.width * image.height > limit:
        raise Unusable(_too_many_pixels(limit, image.size))
    # MPO: a phone's JPEG with a second view behind the main image.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Unusable(_("This image is animated. Choose a still image."))


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Decode one image at a time: a large one takes hundreds of MB. Raises Busy."""
    if not _places.acquire(blocking=False):
        raise Busy(_("Too many images are being processed. Try again in a moment."))
    try:
        if not _decoder.acquire(timeout=LONGEST_WAIT):
            raise Busy(_("Too many images are being processed. Try again in a moment."))
        try:
            yield
        finally:
            _decoder.release()
    finally:
        _places.release()


def _drawn(image: Image.Image, size: tuple[int, int] | None, pad: bool) -> bytes:
    try:
        plain = to_srgb(_scaled(image, size or LARGEST))
    except BROKEN as error:
        raise Unusable(_("The image is damaged or cut off.")) from error
    if size is None:
        plain.thumbnail(LARGEST, LANCZOS)
    else:
        plain = _padded(plain, size) if pad else ImageOps.fit(plain, size, method=LANCZOS)
    out = io.BytesIO()
    # A new image has no metadata: no location, camera, profile or comment.
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    clean.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The pixels, upright, at most about four times as wide and high as `size` asks for."""
    is_on_its_side = image.getexif().get(ExifTags.Base.Orientation, 1) >= 5
    wanted = [2 * side for side in (size[::-1] if is_on_its_side else size)]
    image.draft(None, (wanted[0], wanted[1]))
    image.load()
    factor = min(image.width // wanted[0], image.height // wanted[1])
    scaled: Image.Image = image
    if factor > 1 and image.mode in REDUCIBLE:
        scaled = image.reduce(factor)
        scaled.info = image.info
    ImageOps.exif_transpose(scaled, in_place=True)
    return scaled


def _padded(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The whole image, centred in a black frame of `size`."""
    scale = min(size[0] / image.width, size[1] / image.height)
    # At least one pixel: Pillow's own `pad` would round to zero and fail.
    width, height = (max(1, round(side * scale)) for side in image.size)
    frame = Image.new("RGB", size, "black")
    frame.paste(
        image.resize((width, height), LANCZOS), ((size[0] - width) // 2, (size[1] - height) // 2)
    )
    return frame


def _too_many_pixels(limit: int, size: tuple[int, int] | None = None) -> str:
    values: dict[str, int] = {"limit": limit // 1_000_000}
    if size is None:
        return _("The image has too many pixels. The limit is %(limit)d million.") % values
    values |= {"width": size[0], "height": size[1]}
    text = _(
        "The image has too many pixels: %(width)d × %(height)d. The limit is %(limit)d million."
    )
    return text % values
