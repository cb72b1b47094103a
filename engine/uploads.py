"""Checks reference pictures and makes them safe to use.

Everything is decided from the header before a pixel is decoded; what is kept is a fresh JPEG
without metadata, never the bytes that were sent.
"""

import io

from PIL import Image, ImageOps
from werkzeug.exceptions import RequestEntityTooLarge

from videos.wire import WireError
from videos.wire import refuse_picture as refuse

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 25_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


def read_picture(data: bytes, size: tuple[int, int]) -> bytes:
    """The picture as a plain JPEG of exactly `size`. Raises WireError for `input_reference`."""
    if not data:
        raise refuse("is empty")
    if len(data) > MAX_BYTES:
        raise RequestEntityTooLarge(f"`input_reference` is larger than {MAX_BYTES // 1024**2} MB.")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_header(picture, size)
            _check_end(data, picture.format or "")
            return _plain(picture, size)
    except WireError:
        raise
    except Exception as error:  # hostile files make Pillow raise a dozen unrelated types
        raise refuse("is damaged, or no PNG, JPEG or WebP picture") from error


def _check_header(picture: Image.Image, size: tuple[int, int]) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise refuse(f"has more than {MAX_PIXELS // 1_000_000} million pixels")
    # Cameras store portrait pictures sideways, with an EXIF tag to rotate them.
    if picture.size not in (size, size[::-1]):
        raise _wrong_size(picture.size, size)
    # MPO is a JPEG with a second picture after the first. Phones make them.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise refuse("is animated; send a single picture")


def _check_end(data: bytes, kind: str) -> None:
    """The data up to the picture's end: files with more data after it may pass as two types."""
    if kind == "PNG":
        end = data.rfind(b"IEND") + 8 if b"IEND" in data else len(data) + 1
    elif kind == "WEBP":
        end = int.from_bytes(data[4:8], "little") + 8
    else:
        end = data.rfind(b"\xff\xd9") + 2
    if end > len(data):
        raise refuse("is cut off")
    if data[end:].strip(b"\0"):
        raise refuse("holds something else behind the picture")


def _plain(picture: Image.Image, size: tuple[int, int]) -> bytes:
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    if upright.size != size:
        raise _wrong_size(upright.size, size)
    # Pasted into a new picture: converting the old one would keep its comments.
    rgba, plain = upright.convert("RGBA"), Image.new("RGB", size, "black")
    plain.paste(rgba, mask=rgba)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def _wrong_size(actual: tuple[int, int], size: tuple[int, int]) -> WireError:
    return refuse(
        f"has {actual[0]}x{actual[1]} pixels, but the video is to have {size[0]}x{size[1]}; "
        "both must be the same"
    )
