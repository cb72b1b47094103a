"""Real small media: one second of moving colour as MP4."""

import io
from functools import cache

WIDTH, HEIGHT, RATE = 320, 180, 12


@cache
def video() -> bytes:
    """An MP4 (H.264) of one second. Made on first use: importing the codec takes a moment."""
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(RATE):
            frame = av.VideoFrame.from_image(_picture(number)).reformat(format="yuv420p")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return target.getvalue()


def _picture(number: int):
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, HEIGHT), (20 * number, 90, 255 - 20 * number))
    ImageDraw.Draw(picture).ellipse((20 * number, 40, 20 * number + 60, 100), fill="white")
    return picture
