"""Small video files of many kinds, made by PyAV."""

import io
import struct
from fractions import Fraction
from functools import cache
from tempfile import NamedTemporaryFile
from typing import Any

import av
import numpy as np
from av.stream import Disposition
from PIL import Image

RATE = 10


@cache
def make_video(
    kind: str = "mp4",
    codec: str = "libx264",
    *,
    size: tuple[int, int] = (96, 64),
    seconds: float = 2,
    rate: int = RATE,
    sound: str = "",
    turned: int = 0,
    aspect: Fraction = Fraction(1),
    flags: str = "",
) -> bytes:
    """A file of this format. `sound` names a codec, `turned` are degrees clockwise, `flags` are
    the muxer's `movflags`."""
    pixels = "rgb8" if codec == "gif" else "yuvj420p" if codec == "mjpeg" else "yuv420p"
    options = {"movflags": flags} if flags else {}
    # A file with a name, which moving the tables to the front needs.
    with NamedTemporaryFile() as file, av.open(file.name, "w", format=kind, options=options) as out:
        stream: Any = out.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        stream.codec_context.sample_aspect_ratio = aspect
        if turned:
            stream.set_display_rotation(-turned)
        track: Any = out.add_stream(sound, rate=48000) if sound else None
        for number in range(int(seconds * rate)):
            picture = np.full((size[1], size[0], 3), (number * 7 % 255, 90, 200), np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixels)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
        if track is not None:
            _add_silence(out, track, seconds)
        out.close()
        return file.read()


@cache
def animated_picture(kind: str, *, frames: int = 4) -> bytes:
    """An animated (or, with one frame, still) picture, as `webp` or `avif`."""
    shown = [Image.new("RGB", (96, 64), (40 * number, 90, 200)) for number in range(frames)]
    out = io.BytesIO()
    shown[0].save(out, kind, save_all=frames > 1, append_images=shown[1:], duration=100)
    return out.getvalue()


@cache
def with_cover(kind: str, codec: str = "libx264") -> bytes:
    """A video, or with another codec a sound, behind the picture of its cover."""
    still = np.full((200, 200, 3), 200, np.uint8)
    with NamedTemporaryFile() as file, av.open(file.name, "w", format=kind) as out:
        cover: Any = out.add_stream("mjpeg", rate=RATE)
        cover.width, cover.height, cover.pix_fmt = 200, 200, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        stream: Any = out.add_stream(codec, rate=RATE if codec == "libx264" else 48000)
        stream.disposition = Disposition.default
        if codec == "libx264":
            stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        frame = av.VideoFrame.from_ndarray(still, format="rgb24").reformat(format="yuvj420p")
        out.mux([*cover.encode(frame), *cover.encode()])
        if codec == "libx264":
            for number in range(20):
                picture = np.full((64, 96, 3), number * 7, np.uint8)
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                out.mux(stream.encode(frame.reformat(format="yuv420p")))
            out.mux(stream.encode())
        else:
            _add_silence(out, stream, 1)
        out.close()
        return file.read()


def _add_silence(out: Any, track: Any, seconds: float) -> None:
    layout = track.codec_context.layout
    form = track.codec_context.format.name
    samples = track.codec_context.frame_size or 48000
    for start in range(0, int(seconds * 48000), samples):
        channels, planar = layout.nb_channels, form.endswith("p")
        shape = (channels, samples) if planar else (1, samples * channels)
        kind = np.int16 if form.startswith("s16") else np.float32
        frame = av.AudioFrame.from_ndarray(np.zeros(shape, kind), format=form, layout=layout.name)
        frame.sample_rate, frame.pts = 48000, start
        out.mux(track.encode(frame))
    out.mux(track.encode())


def only_sound() -> bytes:
    """An MP4 that holds sound and no pictures."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as out:
        _add_silence(out, out.add_stream("aac", rate=48000), 1)
    return target.getvalue()


def patched(data: bytes, kind: bytes, size: int) -> bytes:
    """An MP4 whose last box of this kind claims another size."""
    at = data.rindex(kind) - 4
    return data[:at] + struct.pack(">I", size) + data[at + 4 :]


def size_of(data: bytes, kind: bytes) -> int:
    """What the last box of this kind claims."""
    return int.from_bytes(data[(at := data.rindex(kind) - 4) : at + 4], "big")


def box(kind: bytes, body: bytes = b"") -> bytes:
    """A box of an MP4."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


def of_unknown_codec() -> bytes:
    """A whole MP4 whose pictures nobody can decode."""
    data = make_video(flags="+faststart")
    return data.replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzC")
