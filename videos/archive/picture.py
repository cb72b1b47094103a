"""Is this upload a picture that a provider can start from, and what exactly is sent?

The header is read first, and the pixels are counted before any is decoded: a few kilobytes can
claim gigabytes. What is sent is drawn anew, so nothing but pixels of the upload goes out.
"""

import io
import warnings
from struct import error as StructError
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 25_000_000
LANCZOS = Image.Resampling.LANCZOS
SMALL = (640, 640)
BROKEN = (OSError, SyntaxError, ValueError, EOFError, StructError, Image.DecompressionBombError)


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
        return _drawn(image, size, pad)


def small(png: bytes) -> bytes:
    """A picture that `read` made, as a WebP for a page; ValueError where it is none any more."""
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
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
        raise Unusable(_too_many_pixels()) from error
    except BROKEN as error:
        raise Unusable("This is no PNG, JPEG or WebP image.") from error


def _check(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise Unusable(_too_many_pixels(image.size))
    # MPO: a phone's JPEG with a second view behind the first, which is the picture.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Unusable("This image is animated. Choose a still one.")


def _drawn(image: Image.Image, size: tuple[int, int] | None, pad: bool) -> bytes:
    try:
        image.load()
        plain = _plain(ImageOps.exif_transpose(image))
    except BROKEN as error:
        raise Unusable("The image is damaged or cut off.") from error
    if size is not None:
        plain = _padded(plain, size) if pad else ImageOps.fit(plain, size, method=LANCZOS)
    out = io.BytesIO()
    # A fresh image carries no metadata: no place, no camera, no profile, no comment.
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    clean.save(out, "PNG", compress_level=3)
    return out.getvalue()


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


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue; what was transparent is white, as browsers show it."""
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        under = Image.new("RGBA", over.size, "white")
        image = Image.alpha_composite(under, over)
    return image.convert("RGB")


def _too_many_pixels(size: tuple[int, int] | None = None) -> str:
    here = f" It has {size[0]} × {size[1]}." if size else ""
    return f"The image has too many pixels; at most {MAX_PIXELS // 1_000_000} million.{here}"
