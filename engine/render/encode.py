"""How do frames become a file? H.264 in MP4, its index first, the same bytes each time."""

from collections.abc import Callable, Iterable
from pathlib import Path

import av
from av import VideoFrame
from av.video.stream import VideoStream

from .spec import FPS, ClipSpec

# The numbers of threads are fixed: with "auto" the bytes would depend on the machine's cores.
# The quickest preset leaves out deblocking, and soft skies need it.
FAST = {
    "preset": "ultrafast",
    "crf": "24",
    "threads": "1",
    "x264-params": "no-deblock=0:deblock=1,1:keyint=48:scenecut=0",
}
# A short lookahead keeps memory down: every frame of it is held whole.
FINE = {
    "preset": "faster",
    "crf": "19",
    "threads": "2",
    "x264-params": "aq-mode=3:aq-strength=0.9:keyint=48:rc-lookahead=10:bframes=2",
}


def _stream(container: av.container.OutputContainer, spec: ClipSpec) -> VideoStream:
    options = FINE if spec.hd else FAST
    stream = container.add_stream("libx264", rate=FPS, options=dict(options))
    stream.width, stream.height, stream.pix_fmt = spec.width, spec.height, "yuv420p"
    context = stream.codec_context
    context.color_range, context.colorspace = 1, 1
    context.color_primaries, context.color_trc = 1, 1
    return stream


def write(
    spec: ClipSpec,
    frames: Iterable[VideoFrame],
    path: Path,
    progress: Callable[[float], None],
    more: int = 0,
) -> None:
    """Encodes the frames in order; tells `progress` the share that is really encoded. There are
    `more` frames than the clip's own."""
    progress(0.0)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = _stream(container, spec)
        for number, frame in enumerate(frames):
            frame.pts = number
            container.mux(stream.encode(frame))
            progress((number + 1) / (spec.frames + more) * 0.99)
        container.mux(stream.encode(None))
    progress(1.0)
