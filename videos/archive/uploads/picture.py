"""Is this upload a picture that a provider can start from, and what exactly is sent?

The header is read first, and the pixels are counted before any is decoded: a few kilobytes can
claim gigabytes. What is sent is a fresh picture in sRGB, so only pixels of the upload go out.
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
from PIL import ExifTags, Image, ImageOps

from videos.archive.colours import to_srgb

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 50_000_000  # phones take pictures of 48 and 50 megapixels
MAX_JPEG_PIXELS = 110_000_000
LARGEST = (4096, 4096)  # for a size that isn't given in pixels
LONGEST_WAIT = 30.0  # seconds
# Palettes and single bits cannot be averaged; 16 bits can't be by Pillow.
REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")
LANCZOS = Image.Resampling.LANCZOS
SMALL = (640, 640)
BROKEN = (OSError, SyntaxError, ValueError, EOFError, StructError, Image.DecompressionBombError)


_decoder = threading.BoundedSemaphore(1)


class Unusable(Exception):
    """The upload cannot be used; the message says why, for people."""


def read(
    upload: "UploadedFile[Any] | None", size: tuple[int, int] | None, *, pad: bool = False
) -> bytes | None:
    """The upload as a PNG of exactly `size` pixels: cropped to fill them, or whole between black
    bars where `pad` says so. None without an upload. Unusable where it is no such picture."""
    if upload is None:
        return None
    limit = settings.REFERENCE_MAX_BYTES
    if upload.size is None or upload.size > limit:
        raise Unusable(f"The image is larger than {limit // 1024 // 1024} MB.")
    if upload.size == 0:
        raise Unusable("The file is empty.")
    if upload.file is None:
        raise Unusable("The file did not arrive. Choose it again.")
    with warnings.catch_warnings():
        # Pillow only warns up to 179 megapixels; our own count comes right after.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = _opened(upload.file)
    with image:
        _check(image)
        with _one_at_a_time():
            return _drawn(image, size, pad)


def small(png: bytes) -> bytes:
    """A picture that `read` made, as a WebP for a page. ValueError if it is damaged."""
    out = io.BytesIO()
    try:
        with _one_at_a_time(), Image.open(io.BytesIO(png), formats=("PNG",)) as image:
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
        raise Unusable("This isn't a PNG, JPEG or WebP image.") from error


def _check(image: Image.Image) -> None:
    # JPEG is decoded at a fraction of its size where it is large; the others only as they are.
    limit = MAX_JPEG_PIXELS if image.format in ("JPEG", "MPO") else MAX_PIXELS
    if image.width * image.height > limit:
        raise Unusable(_too_many_pixels(limit, image.size))
    # MPO: a phone's JPEG with a second view behind the first, which is the picture.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Unusable("This image is animated. Choose a still one.")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Decoding takes hundreds of MB for a large picture, so this process does one at a time."""
    if not _decoder.acquire(timeout=LONGEST_WAIT):
        raise Unusable("Too many images are being read. Try again in a moment.")
    try:
        yield
    finally:
        _decoder.release()


def _drawn(image: Image.Image, size: tuple[int, int] | None, pad: bool) -> bytes:
    try:
        plain = to_srgb(_scaled(image, size or LARGEST))
    except BROKEN as error:
        raise Unusable("The image is damaged or cut off.") from error
    if size is None:
        plain.thumbnail(LARGEST, LANCZOS)
    else:
        plain = _padded(plain, size) if pad else ImageOps.fit(plain, size, method=LANCZOS)
    out = io.BytesIO()
    # A fresh image carries no metadata: no place, no camera, no profile, no comment.
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
    """The whole picture in the middle of a black frame of `size`."""
    scale = min(size[0] / image.width, size[1] / image.height)
    # A line of one pixel stays one: Pillow's own pad would make nothing of it, and fail.
    width, height = (max(1, round(side * scale)) for side in image.size)
    frame = Image.new("RGB", size, "black")
    frame.paste(
        image.resize((width, height), LANCZOS), ((size[0] - width) // 2, (size[1] - height) // 2)
    )
    return frame


def _too_many_pixels(limit: int, size: tuple[int, int] | None = None) -> str:
    here = f" It has {size[0]} × {size[1]}." if size else ""
    return f"The image has too many pixels; at most {limit // 1_000_000} million.{here}"
