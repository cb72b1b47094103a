"""A reference picture of any kind arrives at the provider in sRGB, and costs bounded memory."""

import io
import struct
import threading
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from videos.archive.uploads import picture
from videos.archive.uploads.picture import Unusable, read

SIZE = (64, 36)
P3_RED, SRGB_RED = (200, 50, 50), (218, 24, 40)


def profile(space: bytes = b"RGB ", white: Any = (0.9642, 1, 0.8249)) -> bytes:
    """An ICC profile: Display P3 as phones write it, or greys with the curve of sRGB."""

    def fixed(number: float) -> bytes:
        return struct.pack(">i", round(number * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    curve = b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(map(fixed, numbers))
    text_tag = b"mluc\0\0\0\0" + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", 4, 28)
    tags = [
        (b"desc", text_tag + b"\0P\x003"),
        (b"cprt", text_tag + b"\0P\x003"),
        (b"wtpt", xyz(*white)),
    ]
    if space == b"RGB ":
        tags += [
            (b"rXYZ", xyz(0.51512, 0.2412, -0.00105)),
            (b"gXYZ", xyz(0.29198, 0.69225, 0.04189)),
            (b"bXYZ", xyz(0.1571, 0.06657, 0.78407)),
            *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
        ]
    else:
        linear = b"curv\0\0\0\0" + struct.pack(">I", 0)
        tags += [(b"kTRC", linear)]
    at, table, data = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, body in tags:
        body += b"\0" * (-len(body) % 4)
        table += name + struct.pack(">II", at + len(data), len(body))
        data += body
    head = struct.pack(">I4sI4s4s4s", at + len(data), b"none", 0x04200000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acspAPPL" + b"\0" * 24
    head += struct.pack(">I", 0) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return head.ljust(128, b"\0") + table + data


P3 = profile()


def file_of(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def in_mode(colour: Any, mode: str) -> Image.Image:
    image = Image.new("RGB", (128, 72), colour)
    return image.quantize(2) if mode == "P" else image.convert(mode)


def sent(data: bytes, size: Any = SIZE) -> Image.Image:
    png = read(SimpleUploadedFile("picture", data), size)
    assert png is not None
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("WEBP", "RGB")],
)
def test_a_photo_in_wide_colours_is_converted_by_its_profile(kind: str, mode: str) -> None:
    image = in_mode(P3_RED, mode)
    options = {"quality": 100} if kind != "PNG" else {}
    picture = sent(file_of(image, kind, icc_profile=P3, **options))
    assert picture.getpixel((32, 18)) == pytest.approx(SRGB_RED, abs=4)
    assert "icc_profile" not in picture.info


def test_a_profile_of_srgb_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = file_of(Image.new("RGB", (128, 72), (12, 200, 99)), icc_profile=srgb)
    assert sent(data).getpixel((5, 5)) == pytest.approx((12, 200, 99), abs=1)


@pytest.mark.parametrize("bad", [b"x", P3[:200], P3[:128] + b"\xff" * 400, profile(b"GRAY")])
def test_a_profile_that_is_damaged_or_of_other_colours_counts_as_none(bad: bytes) -> None:
    data = file_of(Image.new("RGB", (128, 72), P3_RED), icc_profile=bad)
    assert sent(data).getpixel((5, 5)) == P3_RED


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_greys_are_converted_by_a_profile_of_greys(mode: str) -> None:
    data = file_of(Image.new("L", (128, 72), 128).convert(mode), icc_profile=profile(b"GRAY"))
    # Half of the light is 188 in sRGB.
    assert sent(data).getpixel((5, 5)) == pytest.approx((188, 188, 188), abs=2)


def test_cmyk_looks_as_it_is_meant() -> None:
    data = file_of(Image.new("CMYK", (128, 72), (0, 255, 255, 0)), "JPEG", quality=100)
    red, green, blue = sent(data).getpixel((5, 5))
    assert red > 200 and green < 60 and blue < 60


def test_sixteen_bits_become_eight() -> None:
    pixels = np.full((72, 128), 0x8000, np.uint16)
    assert sent(file_of(Image.fromarray(pixels))).getpixel((5, 5)) == (128, 128, 128)


def test_grey_with_transparency_becomes_grey_on_white() -> None:
    image = Image.new("LA", (128, 72), (40, 255))
    image.paste((40, 0), (0, 0, 64, 72))
    picture = sent(file_of(image))
    assert picture.getpixel((5, 5)) == (255, 255, 255)
    assert picture.getpixel((60, 5)) == (40, 40, 40)


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_one_colour_that_stands_for_transparent_becomes_white(mode: str) -> None:
    image = in_mode((10, 10, 10), mode)
    clear = (10, 10, 10) if mode == "RGB" else image.getpixel((0, 0))
    assert sent(file_of(image, transparency=clear)).getpixel((5, 5)) == (255, 255, 255)


# --- memory ----------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_is_scaled_while_it_is_read(
    kind: str, orientation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[int, int]] = []
    to_srgb = picture.to_srgb
    monkeypatch.setattr(picture, "to_srgb", lambda im: drawn.append(im.size) or to_srgb(im))
    image = Image.new("RGB", (1600, 900), "navy")
    image.paste("red", (0, 0, 1600, 450))
    exif = Image.Exif()
    exif[0x0112] = orientation
    uploaded = sent(file_of(image, kind, exif=exif))
    assert uploaded.size == SIZE
    left, right = uploaded.getpixel((4, 4)), uploaded.getpixel((60, 4))
    # 6: what is stored on top is shown on the right.
    assert left[0] > 200 if orientation == 1 else left[2] > 100
    assert right[0] > 200
    assert max(drawn[0]) <= 400


def test_a_phones_48_megapixels_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    data = file_of(Image.new("RGB", (8064, 6048), "teal"), "JPEG", quality=30)
    picture = sent(data, (1280, 720))
    assert picture.size == (1280, 720)
    assert picture.getpixel((600, 300)) == pytest.approx((0, 128, 128), abs=4)


def test_pictures_are_decoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    data, to_srgb = file_of(Image.new("RGB", (400, 300), "teal")), picture.to_srgb
    lock, now, most = threading.Lock(), [0], [0]

    def watched(image: Image.Image) -> Image.Image:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        threading.Event().wait(0.02)
        converted = to_srgb(image)
        with lock:
            now[0] -= 1
        return converted

    monkeypatch.setattr(picture, "to_srgb", watched)
    monkeypatch.setattr(picture, "_places", threading.BoundedSemaphore(12))
    threads = [threading.Thread(target=sent, args=(data,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[0], now[0]) == (1, 0)


def test_waiting_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "LONGEST_WAIT", 0.01)
    data = file_of(Image.new("RGB", (40, 30)))
    with picture.one_at_a_time(), pytest.raises(Unusable, match="Try again in a moment"):
        sent(data)
    assert sent(data).size == SIZE


def test_those_who_wait_leave_threads_for_other_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    assert picture.PLACES < settings.WEB_THREADS
    monkeypatch.setattr(picture, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(picture, "LONGEST_WAIT", threading.TIMEOUT_MAX)
    data = file_of(Image.new("RGB", (40, 30)))
    with picture.one_at_a_time(), pytest.raises(picture.Busy, match="Try again in a moment"):
        sent(data)
    assert sent(data).size == SIZE
