"""What are a video's properties, and is the file complete?

`inspect` measures; `opened` safely opens an untrusted file. Values from headers are limited before
libav allocates memory for them, and where packets and header disagree, the packets count.
"""

import itertools
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videos.frames.inspection.boxes import MAX_FRAMES, check_boxes
from videos.frames.inspection.chunks import check_chunks
from videos.frames.inspection.containers import HEAD, Container, describe_other, sniff
from videos.frames.inspection.errors import CutOff, NotVideo, Unreadable
from videos.wire.text import gettext_noop

MAX_PIXELS = 8192 * 4608
MAX_SIDE = 1_000_000
MAX_SECONDS = 7 * 24 * 3600.0
MAX_RATE = 1000.0
MAX_STRETCH = 100.0
MAX_DECODE_SECONDS = 30.0
PACKETS_FOR_A_FRAME = 250
ANIMATED = gettext_noop("it is an animated picture, not a video")
NO_FRAME = gettext_noop("the video holds no frame that can be decoded")
COVER = Disposition.attached_pic | Disposition.still_image
MP4_LIKE = {Container.MP4, Container.MOV, Container.THREE_GP, Container.ANIMATED_AVIF}


@dataclass(frozen=True, slots=True)
class Measured:
    """The first video stream of a file as a player shows it.

    `width` and `height` are in square pixels after turning. `rotation` is how far players turn the
    pictures, in degrees clockwise: 0, 90, 180 or 270. `pixel_aspect` is the width of one stored
    pixel divided by its height. `frames` are counted, `frame_rate` is their average per second.
    """

    width: int
    height: int
    seconds: float
    frames: int
    frame_rate: float
    rotation: int
    pixel_aspect: float
    codec: str
    container: Container
    has_audio: bool


def inspect(path: Path) -> Measured:
    """Measure a file. Raises NotVideo, CutOff or Unreadable unless it is an intact clip."""
    container = container_of(path)
    with opened(path) as (source, stream):
        moments = times_of(source, stream)
        _check_samples(source, path.stat().st_size, container)
        if container == Container.ANIMATED_AVIF:
            raise Unreadable(ANIMATED)
        source.seek(0)
        first = next(decoded(source, stream, PACKETS_FOR_A_FRAME), None)
        if first is None:
            raise Unreadable(NO_FRAME)
        seconds = _length(stream, moments)
        rotation, aspect = rotation_of(first), pixel_aspect_of(stream)
        width, height = shown_size(first.width, first.height, rotation, aspect)
        return Measured(
            width=width,
            height=height,
            seconds=round(seconds, 3),
            frames=len(moments),
            frame_rate=round(_rate(stream, len(moments), seconds), 3),
            rotation=rotation,
            pixel_aspect=round(aspect, 6),
            codec=stream.codec_context.name,
            container=container,
            has_audio=bool(source.streams.audio),
        )


def container_of(path: Path) -> Container:
    """The container, by the first bytes. Raises NotVideo for another kind of file, and Unreadable
    for an unknown one."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if (container := sniff(head)) is not None:
        return container
    if other := describe_other(head):
        raise NotVideo(gettext_noop("it is %(what)s", what=other))
    raise Unreadable(gettext_noop("it doesn't start like a video file"))


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file and its first video stream, after the checks that need no decoder."""
    container = container_of(path)
    if container in MP4_LIKE:
        check_boxes(path)
    else:
        check_chunks(path, container)
    if not container.libav_name:
        raise Unreadable(ANIMATED)
    try:
        # Titles and tool names come in any encoding, and aren't used here.
        with av.open(str(path), format=container.libav_name, metadata_errors="replace") as source:
            yield source, _video(source)
    except av.FFmpegError as error:
        said = str(error.strerror)
        message = gettext_noop("the video can't be read (%(reason)s)", reason=said)
        raise Unreadable(message) from error


def times_of(source: InputContainer, stream: VideoStream) -> list[int]:
    """When each frame is shown, in the stream's time base, sorted. Reads every packet."""
    times = []
    for packet in source.demux(stream):
        if packet.is_corrupt:
            raise CutOff(gettext_noop("the file is cut off inside a frame"))
        if (moment := packet.pts if packet.pts is not None else packet.dts) is not None:
            times.append(moment)
        if len(times) > MAX_FRAMES:
            most = f"{MAX_FRAMES:,}"
            raise Unreadable(gettext_noop("the file holds more than %(count)s frames", count=most))
    if not times:
        raise Unreadable("the video has no frames")
    return sorted(times)


def decoded(source: InputContainer, stream: VideoStream, packets: int) -> Iterator[VideoFrame]:
    """The frames of at most this many packets. Damaged frames are skipped."""
    stop = time.monotonic() + MAX_DECODE_SECONDS
    for packet in itertools.islice(source.demux(stream), packets):
        if time.monotonic() > stop:
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def rotation_of(frame: VideoFrame) -> int:
    """How far players turn this picture, in degrees clockwise. Other angles than quarters are
    ignored, as browsers do."""
    # libav counts counter-clockwise.
    clockwise = -frame.rotation % 360
    return clockwise if clockwise % 90 == 0 else 0


def pixel_aspect_of(stream: VideoStream) -> float:
    """Width divided by height of one stored pixel; 1 if the file has no usable value."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 1 / MAX_STRETCH <= aspect <= MAX_STRETCH else 1.0


def shown_size(width: int, height: int, rotation: int, aspect: float) -> tuple[int, int]:
    """The size in square pixels, stretched so that nothing is lost, then turned."""
    if aspect >= 1:
        width = _whole(width * aspect)
    else:
        height = _whole(height / aspect)
    return (height, width) if rotation in (90, 270) else (width, height)


def _whole(number: float) -> int:
    return min(MAX_SIDE, max(1, math.floor(number + 0.5)))


def _video(source: InputContainer) -> VideoStream:
    moving = [stream for stream in source.streams.video if not stream.disposition & COVER]
    # The annotation of PyAV says "never None"; a stream of unknown kind has none all the same.
    streams = [stream for stream in moving if getattr(stream, "codec_context", None) is not None]
    if not streams:
        if source.streams.audio and not moving:
            raise NotVideo("it holds sound and no pictures")
        raise Unreadable("the file holds no video stream that can be decoded")
    # As players choose: a picture on the cover may stand before the video.
    best = source.streams.best("video")
    stream = next((each for each in streams if best and each.index == best.index), streams[0])
    if stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
        raise Unreadable("the video has more pixels than any screen")
    # The container's word on the size is not the codec's: this bounds what is really allocated.
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    return stream


def _check_samples(source: InputContainer, size: int, container: Container) -> None:
    """Raise CutOff if a sample of an MP4 lies beyond the end: libav would just stop there."""
    if container not in MP4_LIKE:
        return
    for stream in (*source.streams.video, *source.streams.audio):
        end = max((entry.pos + entry.size for entry in stream.index_entries), default=0)
        if end > size:
            raise CutOff(f"the file is cut off: {end - size:,} bytes are missing")


def _length(stream: VideoStream, times: list[int]) -> float:
    """Seconds, from the packets unless there is one alone: a header may claim anything."""
    base = float(stream.time_base or 0)
    if len(times) == 1 and stream.duration:
        seconds = stream.duration * base
    else:
        step = (times[-1] - times[0]) / max(1, len(times) - 1)
        seconds = (times[-1] - times[0] + step) * base
    return min(seconds, MAX_SECONDS) if seconds > 0 else 0.0


def _rate(stream: VideoStream, frames: int, seconds: float) -> float:
    """Frames per second; 0 if unknown."""
    rate = frames / seconds if frames > 1 and seconds > 0 else float(stream.average_rate or 0)
    return rate if rate <= MAX_RATE else 0.0
