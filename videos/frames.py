"""What does an MP4 hold? Is the file whole, what does it show, and how does it look at a glance?

The boxes are read by hand because no library says "truncated": libav opens a file whose last half
is missing without complaint. The same walk refuses sample tables that would make libav allocate
gigabytes, since the files come from strangers.
"""

import io
import itertools
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from videos.drawing import fit, picture_of

FRAMES = 10
POSTER_CELL = 3  # of the ten: its middle lies at 35 % of the length, past any fade-in
POSTER_SIDE = 960
CELL_SIDE = 320
WEBP_QUALITY = 80

MAX_BOXES = 20_000
MAX_DEPTH = 8
MAX_SAMPLES = 2_000_000
MAX_PIXELS = 8192 * 4608
MAX_DECODE_SECONDS = 30.0
PACKETS_FOR_A_FRAME = 250
BLACK = 6.0  # contrast plus a little brightness (0..255); below it nothing can be made out

NO_FRAME = "the video holds no frame that can be decoded"

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
SAMPLE_COUNT_AT = {b"stsz": 8, b"stz2": 8, b"trun": 4}


class NotAnMp4(Exception):
    """The file is no whole, playable MP4. `reason` is a phrase for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Clip(NamedTuple):
    """The first video stream of a file. `width` and `height` in pixels, `frames` counted."""

    width: int
    height: int
    seconds: float
    frames: int
    codec: str


class Stills(NamedTuple):
    """Two WebP pictures: one frame, and `frames` cells of equal size side by side in one row."""

    poster: bytes
    poster_size: tuple[int, int]
    sheet: bytes
    sheet_size: tuple[int, int]
    frames: int = FRAMES


def inspect(path: Path) -> Clip:
    """What the file shows. NotAnMp4 if it is not an MP4, not whole, or holds no picture."""
    with _opened(path) as (container, stream):
        times = _times(container, stream)
        seconds = _length(stream, times)
        container.seek(0)
        first = next(_decoded(container, stream, PACKETS_FOR_A_FRAME), None)
        if first is None:
            raise NotAnMp4(NO_FRAME)
        codec = stream.codec_context.name
        return Clip(first.width, first.height, seconds, len(times), codec)


def stills(path: Path) -> Stills:
    """Poster (at most 960 px) and spritesheet (cells of at most 320 px) from one decoding pass."""
    with _opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        # Ten moments need not be exact to the frame, and half of the frames is half the time.
        stream.codec_context.skip_frame = "NONREF"
        times = _times(container, stream)
        container.seek(0)
        pictures = list(_pick(container, stream, times))
    if not pictures:
        raise NotAnMp4(NO_FRAME)
    pictures += [pictures[-1]] * (FRAMES - len(pictures))
    poster, sheet = _telling(pictures), _row(pictures)
    return Stills(_webp(poster), poster.size, _webp(sheet), sheet.size)


# --- the container -------------------------------------------------------------------------


class _Box(NamedTuple):
    kind: bytes
    start: int  # of the body
    end: int


def _check_boxes(path: Path) -> None:
    size = path.stat().st_size
    if not size:
        raise NotAnMp4("the file is empty")
    with path.open("rb") as file:
        kinds, samples = set(), 0
        for number, (depth, box) in enumerate(_walk(file, 0, size)):
            if number > MAX_BOXES:
                raise NotAnMp4("the file has too many parts")
            if depth == 0:
                kinds.add(box.kind)
            if (at := SAMPLE_COUNT_AT.get(box.kind)) is not None:
                samples += _number(file, box, at)
    if samples > MAX_SAMPLES:
        raise NotAnMp4(f"the file claims {samples:,} frames")
    for kind, what in ((b"moov", "the tables"), (b"mdat", "the frames")):
        if kind not in kinds:
            raise NotAnMp4(f"the file is cut off: {what} are missing")


def _walk(file: BinaryIO, at: int, end: int, depth: int = 0) -> Iterator[tuple[int, _Box]]:
    """Every box from `at` to `end` and, where it holds boxes, those inside it."""
    while at < end:
        box = _read_box(file, at, end, depth)
        yield depth, box
        if box.kind in CONTAINERS and depth < MAX_DEPTH:
            yield from _walk(file, box.start, box.end, depth + 1)
        at = box.end


def _read_box(file: BinaryIO, at: int, end: int, depth: int) -> _Box:
    file.seek(at)
    head = file.read(min(16, end - at))
    if at == 0 and head[4:8] != b"ftyp":
        raise NotAnMp4("the file does not begin like an MP4")
    if len(head) < 8:
        raise NotAnMp4("the file is cut off inside the header of a part")
    size, kind = struct.unpack(">I4s", head[:8])
    start = at + 8
    if size == 1 and len(head) == 16:  # too large for 32 bits
        size, start = struct.unpack(">Q", head[8:])[0], at + 16
    elif size == 0 and depth == 0:  # "to the end of the file"
        size = end - at
    if at + size < start:
        raise NotAnMp4("a part of the file has an impossible size")
    if at + size > end:
        raise NotAnMp4(f"the file is cut off: {at + size - end:,} bytes are missing")
    return _Box(kind, start, at + size)


def _number(file: BinaryIO, box: _Box, at: int) -> int:
    file.seek(box.start + at)
    return int.from_bytes(file.read(max(0, min(4, box.end - box.start - at))), "big")


# --- the stream ----------------------------------------------------------------------------


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    _check_boxes(path)
    try:
        # Titles and tool names come in any encoding, and nobody reads them here.
        with av.open(str(path), format="mp4", metadata_errors="replace") as container:
            yield container, _video(container)
    except av.FFmpegError as error:
        raise NotAnMp4(f"the video cannot be read ({error.strerror})") from error


def _video(container: InputContainer) -> VideoStream:
    # The annotation of PyAV says "never None"; a stream of unknown kind has none all the same.
    streams = [s for s in container.streams.video if getattr(s, "codec_context", None) is not None]
    if not streams:
        raise NotAnMp4("the file holds no video stream that can be decoded")
    stream = streams[0]
    if stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
        raise NotAnMp4("the video has more pixels than any screen")
    # The container's word on the size is not the codec's: this bounds what is really allocated.
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    return stream


def _times(container: InputContainer, stream: VideoStream) -> list[int]:
    """When each frame is shown, in the stream's time base, sorted. Reads every packet."""
    times = []
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise NotAnMp4("the file is cut off inside a frame")
        if (moment := packet.pts if packet.pts is not None else packet.dts) is not None:
            times.append(moment)
    if not times:
        raise NotAnMp4("the video has no frames")
    return sorted(times)


def _length(stream: VideoStream, times: list[int]) -> float:
    """Seconds. Fragmented files do not say, so the last frame does."""
    base = float(stream.time_base or 0)
    if stream.duration and stream.duration > 0:
        return stream.duration * base
    step = (times[-1] - times[0]) / max(1, len(times) - 1)
    return (times[-1] - times[0] + step) * base


def _decoded(container: InputContainer, stream: VideoStream, packets: int) -> Iterator[VideoFrame]:
    """The frames of at most so many packets. One damaged frame does not spoil the others."""
    stop = time.monotonic() + MAX_DECODE_SECONDS
    for packet in itertools.islice(container.demux(stream), packets):
        if time.monotonic() > stop:
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _pick(
    container: InputContainer, stream: VideoStream, times: list[int]
) -> Iterator[Image.Image]:
    """The frames in the middle of ten equal stretches, or fewer if decoding them takes too long."""
    wanted = [times[(2 * cell + 1) * len(times) // (2 * FRAMES)] for cell in range(FRAMES)]
    aspect = float(stream.sample_aspect_ratio or 1)
    last: VideoFrame | None = None
    for last in _decoded(container, stream, MAX_SAMPLES):
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
