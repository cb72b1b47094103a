"""How does a decoded frame look? Turned, stretched and coloured as a player shows it."""

import math

import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc
from PIL import Image

from videos.frames.tonemapping import GAMUTS, to_sdr

Flip = Image.Transpose
UNSPECIFIED = 2  # AVCOL_SPC_UNSPECIFIED
HD_HEIGHT = 720
MAX_STRETCH = 100.0
TRANSFERS: dict[int, str] = {ColorTrc.SMPTE2084: "pq", ColorTrc.ARIB_STD_B67: "hlg"}
IDENTITY = (1, 0, 0, 0, 1, 0, 0, 0, 1)


def picture_of(frame: VideoFrame, pixel_aspect: float, side: int) -> Image.Image:
    """The frame as players show it, in sRGB, neither edge longer than `side`; never scaled up.

    `pixel_aspect` is the width of one stored pixel divided by its height.
    """
    size = fit(*_square(frame.width, frame.height, pixel_aspect), side)
    return _oriented(_coloured(frame, size), frame)


def fit(width: int, height: int, side: int) -> tuple[int, int]:
    """The size scaled down so that neither edge is longer than `side`; never scaled up."""
    scale = min(1.0, side / max(width, height))
    return max(1, math.floor(width * scale + 0.5)), max(1, math.floor(height * scale + 0.5))


def _square(width: int, height: int, pixel_aspect: float) -> tuple[int, int]:
    """The size in square pixels, stretched so that nothing is lost."""
    if not 1 / MAX_STRETCH <= pixel_aspect <= MAX_STRETCH:
        return width, height
    if pixel_aspect >= 1:
        return max(1, round(width * pixel_aspect)), height
    return width, max(1, round(height / pixel_aspect))


def _coloured(frame: VideoFrame, size: tuple[int, int]) -> Image.Image:
    transfer = TRANSFERS.get(frame.color_trc, "sdr")
    wide = frame.color_primaries in GAMUTS
    if transfer == "sdr" and not wide:
        small = frame.reformat(*size, "rgb24", src_colorspace=_matrix(frame))
        return Image.fromarray(small.to_ndarray())
    # HDR is BT.2020 where the file doesn't say.
    is_known = frame.color_primaries != ColorPrimaries.UNSPECIFIED
    primaries = frame.color_primaries if is_known else ColorPrimaries.BT2020
    small = frame.reformat(*size, "rgb48le", src_colorspace=_matrix(frame, hdr=transfer != "sdr"))
    return Image.fromarray(to_sdr(small.to_ndarray(), transfer, primaries))


def _matrix(frame: VideoFrame, *, hdr: bool = False) -> Colorspace | None:
    """The matrix to assume where the file names none, as browsers do. None: the file's own."""
    if frame.colorspace != UNSPECIFIED:
        return None
    if hdr:
        return Colorspace.BT2020
    return Colorspace.ITU709 if frame.height >= HD_HEIGHT else Colorspace.ITU601


def _oriented(image: Image.Image, frame: VideoFrame) -> Image.Image:
    """Turned and mirrored by the nearest of the eight that quarter turns and flips make.

    The display matrix maps (x, y) to (ax + cy, bx + dy); y points down.
    """
    a, b, _, c, d, *_ = _display_matrix(frame)
    if abs(b) + abs(c) > abs(a) + abs(d):
        image = image.transpose(Flip.TRANSPOSE)
        a, d = c, b
    if a < 0:
        image = image.transpose(Flip.FLIP_LEFT_RIGHT)
    if d < 0:
        image = image.transpose(Flip.FLIP_TOP_BOTTOM)
    return image


def _display_matrix(frame: VideoFrame) -> tuple[int, ...]:
    matrix = frame.side_data.get("DISPLAYMATRIX")
    data = bytes(matrix) if isinstance(matrix, SideData) else b""
    return tuple(np.frombuffer(data, np.int32).tolist()) if len(data) == 36 else IDENTITY
