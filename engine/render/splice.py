"""How does a finished clip go on in a new one? Its own frames, a short dissolve, then the new."""

import io
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import av
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from PIL import Image

from .spec import FPS

DISSOLVE = FPS // 2

Pixels = NDArray[np.uint8]


def shown(path: Path, width: int, height: int, count: int) -> Generator[VideoFrame]:
    """Exactly `count` frames of the clip at `path`, at our rate and size; a clip that is shorter
    stands still at its end. Raises ValueError where it has none."""
    number, held = 0, None
    for moment, pixels in _decoded(path, width, height):
        while held is not None and number < count and (number + 0.5) / FPS < moment:
            yield _frame(held)
            number += 1
        held = pixels
        if number >= count:
            return
    if held is None:
        raise ValueError("the clip to be continued has no frames")
    for _ in range(count - number):
        yield _frame(held)


def still(path: Path, width: int, height: int, *, last: bool) -> bytes:
    """The first or the last frame of the clip at `path`, as a PNG of this size."""
    chosen: Pixels | None = None
    with closing(_decoded(path, width, height)) as frames:
        for _, pixels in frames:
            chosen = pixels
            if not last:
                break
    if chosen is None:
        raise ValueError("the clip has no frames")
    out = io.BytesIO()
    Image.fromarray(_frame(chosen).to_ndarray(format="rgb24")).save(out, "PNG")
    return out.getvalue()


def joined(before: Iterable[VideoFrame], after: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
    """All frames of both; the last picture of the first fades away over the second."""
    left: Any = None
    for frame in before:
        left = frame
        yield frame
    old = left.to_ndarray().astype(np.float32)
    for number, frame in enumerate(after):
        if number >= DISSOLVE:
            yield frame
            continue
        share = (number + 1) / (DISSOLVE + 1)
        mixed = old * (1 - share) + frame.to_ndarray() * share
        yield _frame(np.round(mixed).astype(np.uint8))


def _decoded(path: Path, width: int, height: int) -> Generator[tuple[float, Pixels]]:
    """(seconds from the first frame, its planes)"""
    with av.open(str(path), format="mp4", metadata_errors="replace") as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        start: float | None = None
        for frame in container.decode(stream):
            moment = frame.time or 0.0
            start = moment if start is None else start
            fitted = frame.reformat(
                width,
                height,
                "yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            )
            yield moment - start, np.asarray(fitted.to_ndarray(), np.uint8)


def _frame(pixels: Pixels) -> VideoFrame:
    # A fresh one: a decoded frame carries its old time base and kind into the encoder.
    return VideoFrame.from_ndarray(pixels, format="yuv420p")
