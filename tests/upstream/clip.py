"""Real small media: one second of moving colour as MP4, and pictures of it."""

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


@cache
def thumbnail() -> bytes:
    target = io.BytesIO()
    _picture(0).save(target, "WEBP")
    return target.getvalue()


@cache
def spritesheet() -> bytes:
    from PIL import Image

    sheet = Image.new("RGB", (WIDTH * 2, HEIGHT * 2))
    for number in range(4):
        sheet.paste(_picture(number * 3), (WIDTH * (number % 2), HEIGHT * (number // 2)))
    target = io.BytesIO()
    sheet.save(target, "JPEG")
    return target.getvalue()


def _picture(number: int):
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, HEIGHT), (20 * number, 90, 255 - 20 * number))
    ImageDraw.Draw(picture).ellipse((20 * number, 40, 20 * number + 60, 100), fill="white")
    return picture
