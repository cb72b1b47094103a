"""Draws a clip's poster and spritesheet."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from videos.frames.drawing import fit, picture_of
from videos.frames.inspection import MAX_FRAMES, NO_FRAME, Unreadable, decoded, opened, times_of
from videos.frames.quality import Sampler

FRAMES = 10
POSTER_CELL = 3  # of the ten: its middle lies at 35 % of the length, past any fade-in
POSTER_SIDE, SMALL_SIDE = 960, 480
CELL_SIDE = 320
WEBP_QUALITY = 80
# Of clips with more frames, some are left out also where a sampler looks.
MAX_ALL = 400

BLACK = 6.0  # contrast plus a little brightness (0..255); below it nothing can be made out


class Stills(NamedTuple):
    """Three WebP pictures: one frame, the same frame small, and `frames` cells of equal size side
    by side in one row."""

    poster: bytes
    poster_size: tuple[int, int]
    small: bytes
    small_size: tuple[int, int]
    sheet: bytes
    sheet_size: tuple[int, int]
    frames: int = FRAMES


def stills(path: Path, sampler: Sampler | None = None) -> Stills:
    """Poster (at most 960 px), small poster (at most 480 px) and spritesheet (cells of at most
    320 px) from one decoding pass.

    `sampler` looks at the frames that are decoded for them.
    """
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        # Ten moments needn't be exact to the frame, and half of the frames take half the time.
        times = times_of(container, stream)
        # Flashes may be just the frames that are left out.
        if sampler is None or len(times) > MAX_ALL:
            stream.codec_context.skip_frame = "NONREF"
        if sampler is not None:
            sampler.begin(times, float(stream.time_base or 0))
        container.seek(0)
        pictures = list(_pick(container, stream, times, sampler))
    if not pictures:
        raise Unreadable(NO_FRAME)
    pictures += [pictures[-1]] * (FRAMES - len(pictures))
    poster, sheet = _telling(pictures), _row(pictures)
    small = _small(poster)
    return Stills(
        *(_webp(poster), poster.size), *(_webp(small), small.size), *(_webp(sheet), sheet.size)
    )


def small_of(poster: Path) -> tuple[bytes, tuple[int, int]]:
    """The small poster of a stored one, and its size in pixels. Raises OSError."""
    with Image.open(poster) as picture:
        small = _small(picture.convert("RGB"))
    return _webp(small), small.size


def _pick(
    container: InputContainer,
    stream: VideoStream,
    times: list[int],
    sampler: Sampler | None,
) -> Iterator[Image.Image]:
    """The frames in the middle of ten equal stretches, or fewer if decoding them takes too long."""
    wanted = [times[(2 * cell + 1) * len(times) // (2 * FRAMES)] for cell in range(FRAMES)]
    aspect = float(stream.sample_aspect_ratio or 1)
    last: VideoFrame | None = None
    for last in decoded(container, stream, MAX_FRAMES):
        if sampler is not None:
            sampler.see(last)
        while wanted and (last.pts is None or last.pts >= wanted[0]):
            wanted.pop(0)
            yield picture_of(last, aspect, POSTER_SIDE)
        if not wanted:
            return
    if last is not None:
        yield picture_of(last, aspect, POSTER_SIDE)


# --- the pictures --------------------------------------------------------------------------


def _telling(pictures: list[Image.Image]) -> Image.Image:
    """The usual poster frame, or the best of the ten where that one is black."""
    usual = pictures[POSTER_CELL]
    return usual if _tells(usual) >= BLACK else max(pictures, key=_tells)


def _tells(picture: Image.Image) -> float:
    grey = np.asarray(picture.convert("L").reduce(4))
    return float(grey.std() + grey.mean() / 16)


def _small(poster: Image.Image) -> Image.Image:
    size = fit(*poster.size, SMALL_SIDE)
    return poster.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _row(pictures: list[Image.Image]) -> Image.Image:
    width, height = fit(*pictures[0].size, CELL_SIDE)
    sheet = Image.new("RGB", (width * len(pictures), height))
    for cell, picture in enumerate(pictures):
        small = picture.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
        sheet.paste(small, (cell * width, 0))
    return sheet


def _webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=WEBP_QUALITY, method=3)
    return out.getvalue()
