"""Which frame does a clip show at a given time?"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from videos.frames.drawing import picture_of
from videos.frames.inspection import MAX_FRAMES, NO_FRAME, Unreadable, decoded, opened, times_of

# Larger than any model draws.
MAX_SIDE = 4096
# Players round times to milliseconds; people write the end of a clip as a round number.
ROUNDING, ROUNDED_END = 0.001, 0.5


class Still(NamedTuple):
    """One frame as a player shows it: turned, in square pixels. `at` is when it comes up, in
    seconds from the clip's beginning."""

    picture: Image.Image
    at: float


class OutsideClip(Exception):
    """The time is after the clip's end. `seconds` is its length."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the clip has {seconds:.3f} seconds")
        self.seconds = seconds


def still_at(path: Path, seconds: float | None) -> Still:
    """The frame on screen at `seconds`; None: the last one. Raises MediaError or OutsideClip.

    Decodes from the key frame before it.
    """
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        times, base = times_of(container, stream), float(stream.time_base or 0)
        wanted = _wanted(times, base, seconds)
        aspect = float(stream.sample_aspect_ratio or 1)
        frame = _frame(container, stream, times[0], wanted)
        at = max(0.0, ((frame.pts or times[0]) - times[0]) * base)
        return Still(picture_of(frame, aspect, MAX_SIDE), round(at, 3))


def _wanted(times: list[int], base: float, seconds: float | None) -> int:
    """The time of the wanted frame, in the stream's time base."""
    if seconds is None:
        return times[-1]
    step = (times[-1] - times[0]) / max(1, len(times) - 1)
    length = (times[-1] - times[0] + step) * base
    if not 0 <= seconds <= max(length, 0) + ROUNDED_END:
        raise OutsideClip(length)
    latest = times[0] + math.floor((seconds + ROUNDING) / base) if base else times[0]
    return max((each for each in times if each <= latest), default=times[0])


def _frame(container: InputContainer, stream: VideoStream, first: int, wanted: int) -> VideoFrame:
    # A stream whose index is odd may come back behind the frame: then it is read from the start.
    for start in (wanted, first):
        container.seek(start, stream=stream)
        if (frame := _shown_at(decoded(container, stream, MAX_FRAMES), wanted)) is not None:
            return frame
    raise Unreadable(NO_FRAME)


def _shown_at(frames: Iterator[VideoFrame], wanted: int) -> VideoFrame | None:
    """The last of `frames` that comes up by `wanted`; None where all come later."""
    shown: VideoFrame | None = None
    for frame in frames:
        if frame.pts is not None and frame.pts > wanted:
            break
        shown = frame
        if frame.pts == wanted:
            break
    return shown
