"""A poster looks as a player shows the clip: turned, in square pixels, in a screen's colours."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from PIL import Image

from videos.frames import preview, tonemapping

RED, BLUE, WHITE, GREEN = (200, 30, 30), (30, 30, 200), (230, 230, 230), (30, 160, 30)
# The corners of the stored picture: top left, top right, bottom left, bottom right.
STORED = (RED, BLUE, WHITE, GREEN)
# Display matrix (a, b, c, d) → which stored corner is shown top left, top right, bottom left, …
SHOWN = {
    (1, 0, 0, 1): (RED, BLUE, WHITE, GREEN),
    (0, 1, -1, 0): (WHITE, RED, GREEN, BLUE),  # a quarter clockwise
    (-1, 0, 0, -1): (GREEN, WHITE, BLUE, RED),
    (0, -1, 1, 0): (BLUE, GREEN, RED, WHITE),  # a quarter counter-clockwise
    (-1, 0, 0, 1): (BLUE, RED, GREEN, WHITE),  # mirrored
    (1, 0, 0, -1): (WHITE, GREEN, RED, BLUE),
    (0, 1, 1, 0): (RED, WHITE, BLUE, GREEN),
    (0, -1, -1, 0): (GREEN, BLUE, WHITE, RED),
}


def corners(width: int, height: int) -> np.ndarray:
    pixels = np.zeros((height, width, 3), np.uint8)
    for place, colour in enumerate(STORED):
        rows = slice(0, height // 2) if place < 2 else slice(height // 2, height)
        columns = slice(0, width // 2) if place % 2 == 0 else slice(width // 2, width)
        pixels[rows, columns] = colour
    return pixels


def write(
    path: Path, pixels: np.ndarray, *, matrix: Any = None, aspect: Any = None, **tags: Any
) -> Path:
    """Half a second of one picture: 8-bit RGB, or 16-bit RGB coded as the tags say."""
    height, width, _ = pixels.shape
    deep = pixels.dtype == np.uint16
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"preset": "ultrafast", "qp": "4"})
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuv420p10le" if deep else "yuv420p"
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if matrix is not None:
            a, b, c, d = (each << 16 for each in matrix)
            stream.set_display_matrix((a, b, 0, c, d, 0, 0, 0, 1 << 30))
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb48le" if deep else "rgb24")
        frame = frame.reformat(
            format=stream.pix_fmt,
            dst_colorspace=tags.get("colorspace", Colorspace.ITU601),
            dst_color_range=tags.get("color_range", ColorRange.MPEG),
        )
        for number in range(5):
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def poster_of(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(preview.stills(path).poster)).convert("RGB")


@pytest.mark.parametrize("matrix", SHOWN)
def test_pictures_are_turned_and_mirrored_as_the_file_says(tmp_path: Path, matrix: Any) -> None:
    stills = preview.stills(write(tmp_path / "clip.mp4", corners(160, 96), matrix=matrix))
    width, height = (96, 160) if matrix[0] == 0 else (160, 96)
    assert stills.poster_size == (width, height)
    assert stills.sheet_size == (10 * width, height)
    shown = Image.open(io.BytesIO(stills.poster)).convert("RGB")
    places = [(x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    for place, colour in zip(places, SHOWN[matrix], strict=True):
        assert shown.getpixel(place) == pytest.approx(colour, abs=14)


@pytest.mark.parametrize(
    ("aspect", "matrix", "size"),
    [
        (Fraction(4, 3), None, (192, 96)),
        (Fraction(3, 4), None, (144, 128)),
        (Fraction(4, 3), (0, 1, -1, 0), (96, 192)),
        (Fraction(1, 1), None, (144, 96)),
        (Fraction(30_000, 1), None, (144, 96)),
    ],
)
def test_pictures_have_square_pixels(tmp_path: Path, aspect: Any, matrix: Any, size: Any) -> None:
    path = write(tmp_path / "clip.mp4", corners(144, 96), aspect=aspect, matrix=matrix)
    assert preview.stills(path).poster_size == size


@pytest.mark.parametrize("said", [ColorRange.MPEG, ColorRange.JPEG])
def test_limited_and_full_range_look_the_same(tmp_path: Path, said: ColorRange) -> None:
    path = write(tmp_path / "clip.mp4", corners(160, 96), color_range=said)
    assert poster_of(path).getpixel((40, 72)) == pytest.approx(WHITE, abs=6)
    assert poster_of(path).getpixel((40, 24)) == pytest.approx(RED, abs=14)


# --- HDR -------------------------------------------------------------------------------------


def pq(light: np.ndarray) -> np.ndarray:
    """Light, 1 being 203 nits, as PQ codes it."""
    power = (light * 203 / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg(light: np.ndarray) -> np.ndarray:
    """The same as HLG codes it."""
    shown = light * 203 / 1000
    luma = shown @ np.array((0.2627, 0.6780, 0.0593))
    scene = shown * np.maximum(luma, 1e-9)[..., None] ** (1 / 1.2 - 1)
    high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)


def in_hdr(path: Path, pixels: np.ndarray, code: Any, transfer: ColorTrc, **tags: Any) -> Path:
    """The picture in BT.2020, its white at 203 nits."""
    light = (pixels / 255.0) ** 2.4
    wide = np.linalg.inv(np.array(tonemapping.GAMUTS[ColorPrimaries.BT2020]))
    coded = code(np.maximum(light @ wide.T, 0))
    tags = {"color_primaries": ColorPrimaries.BT2020, "colorspace": Colorspace.BT2020} | tags
    return write(path, (coded * 65535 + 0.5).astype(np.uint16), color_trc=transfer, **tags)


@pytest.mark.parametrize(
    ("code", "transfer"),
    [(pq, ColorTrc.SMPTE2084), (hlg, ColorTrc.ARIB_STD_B67)],
    ids=["PQ", "HLG"],
)
def test_hdr_is_shown_in_the_colours_of_an_ordinary_screen(
    tmp_path: Path, code: Any, transfer: ColorTrc
) -> None:
    shown = poster_of(in_hdr(tmp_path / "clip.mp4", corners(160, 96), code, transfer))
    for place, colour in zip([(40, 24), (120, 24), (40, 72), (120, 72)], STORED, strict=True):
        assert shown.getpixel(place) == pytest.approx(colour, abs=16)


def test_highlights_keep_their_order_and_their_hue(tmp_path: Path) -> None:
    steps = np.zeros((96, 160, 3))
    for place, light in enumerate((0.25, 0.5, 1, 2, 4)):
        steps[:, place * 32 : place * 32 + 32] = (light, light, light / 2)
    wide = np.linalg.inv(np.array(tonemapping.GAMUTS[ColorPrimaries.BT2020]))
    coded = (pq(np.maximum(steps @ wide.T, 0)) * 65535).astype(np.uint16)
    path = write(
        tmp_path / "clip.mp4",
        coded,
        color_trc=ColorTrc.SMPTE2084,
        color_primaries=ColorPrimaries.BT2020,
        colorspace=Colorspace.BT2020,
    )
    shown = poster_of(path)
    seen = [shown.getpixel((place * 32 + 16, 48)) for place in range(5)]
    reds = [pixel[0] for pixel in seen]
    assert reds == sorted(reds) and len(set(reds)) == 5
    assert reds[2] > 230
    for red, _, blue in seen:
        assert blue / red == pytest.approx(0.5 ** (1 / 2.4), abs=0.05)


def test_wide_colours_in_ordinary_light_are_brought_to_the_screen(tmp_path: Path) -> None:
    wide = np.linalg.inv(np.array(tonemapping.GAMUTS[ColorPrimaries.SMPTE432]))
    light = (corners(160, 96) / 255.0) ** 2.4
    coded = np.maximum(light @ wide.T, 0) ** (1 / 2.4)
    path = write(
        tmp_path / "clip.mp4",
        (coded * 65535).astype(np.uint16),
        color_trc=ColorTrc.BT709,
        color_primaries=ColorPrimaries.SMPTE432,
        colorspace=Colorspace.ITU709,
    )
    assert poster_of(path).getpixel((40, 24)) == pytest.approx(RED, abs=12)


def test_codes_of_hdr_are_what_the_standards_say() -> None:
    # 203 nits are 58 % in PQ and 75 % in HLG (ITU-R BT.2408).
    for code, transfer in ((0.5807, "pq"), (0.75, "hlg")):
        pixels = np.full((4, 4, 3), round(code * 65535), np.uint16)
        white = tonemapping.to_sdr(pixels, transfer, ColorPrimaries.BT2020)
        assert white.min() >= 252
    assert tonemapping.to_sdr(np.zeros((2, 2, 3), np.uint16), "pq", 9).max() == 0
    assert tonemapping.to_sdr(np.full((2, 2, 3), 65535, np.uint16), "pq", 9).min() >= 250
