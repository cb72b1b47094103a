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
BROKEN = (OSError, SyntaxError, ValueError, EOFError, StructError, Image.DecompressionBombError)


class Unusable(Exception):
    """The upload cannot be used; the message says why, for people."""


def read(upload: "UploadedFile[Any] | None", size: tuple[int, int] | None) -> bytes | None:
    """The upload as a PNG of exactly `size` pixels, filled and cropped; None without an upload."""
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
        return _drawn(image, size)


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


def _drawn(image: Image.Image, size: tuple[int, int] | None) -> bytes:
    try:
        image.load()
        plain = _plain(ImageOps.exif_transpose(image))
    except BROKEN as error:
        raise Unusable("The image is damaged or cut off.") from error
    if size is not None:
        plain = ImageOps.fit(plain, size, method=Image.Resampling.LANCZOS)
    out = io.BytesIO()
    # A fresh image carries no metadata: no place, no camera, no profile, no comment.
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    clean.save(out, "PNG", compress_level=3)
    return out.getvalue()


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
