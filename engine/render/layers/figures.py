"""How do the subjects stand, float and fly in the scene?"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Canvas
from ..colour import Colour, Plane, Yuv
from ..noise import Rng
from ..pen import Pen
from ..silhouettes import DRAWINGS, bird
from .light import Path


def resting(x: float, y: float, sway: float = 0.0, pace: float = 1.1) -> Path:
    """Stays where it is; leans to and fro by `sway` radians."""

    def path(t: float) -> tuple[float, float, float]:
        return x, y, sway * float(np.sin(t * pace + y))

    return path


@dataclass
class Paint:
    """The colours of a figure: its body, its details."""

    body: Colour
    detail: Colour


class Figure:
    """A silhouette of `size` pixels in height that follows a path."""

    def __init__(
        self, name: str, rng: Rng, size: float, path: Path, paint: Paint, depth: float,
        flip: bool = False, reach: float = 0.95,
    ) -> None:  # fmt: skip
        self.size, self.path, self.depth, self.flip = size, path, depth, flip
        # Drawn somewhat larger than shown, so that a camera moving in finds detail.
        self.over = 1.4
        pen = Pen(size * self.over, reach)
        DRAWINGS[name](pen, rng)
        self.foot = (reach * size * self.over, pen.top * size * self.over)
        self.sheets = [
            (*_cropped(mask), colour.yuv())
            for mask, colour in zip(pen.masks(), (paint.body, paint.detail), strict=True)
            if mask.any()
        ]

    def draw(self, canvas: Canvas, view: View) -> None:
        x, y, lean = self.path(view.t)
        scale = view.scale(self.depth)
        place = (view.sx(x, self.depth), view.sy(y, self.depth))
        for image, corner, colour in self.sheets:
            self._stamp(canvas, image, corner, colour, place, scale, lean)

    def _stamp(
        self, canvas: Canvas, image: Image.Image, corner: tuple[int, int], colour: Yuv,
        place: tuple[float, float], scale: float, lean: float,
    ) -> None:  # fmt: skip
        k = self.over / scale
        side = -1 if self.flip else 1
        turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
        # The sheet's corners on the screen give the box that has to be painted.
        edges = np.array([corner, (corner[0] + image.width, corner[1] + image.height)], float)
        edges = (edges - self.foot) / k * (side, 1)
        corners = np.array([(x, y) for x in edges[:, 0] for y in edges[:, 1]]) @ turn.T
        low = np.floor(corners.min(0) + place).astype(int) - 1
        high = np.ceil(corners.max(0) + place).astype(int) + 2
        if low[0] > canvas.width or low[1] > canvas.height or high[0] < 0 or high[1] < 0:
            return
        cos, sin = np.cos(lean) * k, np.sin(lean) * k
        dx, dy = low[0] - place[0], low[1] - place[1]
        x, y = self.foot[0] - corner[0], self.foot[1] - corner[1]
        matrix = (
            side * cos, side * sin, x + side * (cos * dx + sin * dy),
            -sin, cos, y - sin * dx + cos * dy,
        )  # fmt: skip
        size = (int(high[0] - low[0]), int(high[1] - low[1]))
        spread = image.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
        mask = np.asarray(spread, np.float32) * np.float32(1 / 255)
        canvas.paint(mask, int(low[0]), int(low[1]), colour)


def _cropped(mask: Plane) -> tuple[Image.Image, tuple[int, int]]:
    """The part of a mask that holds something, with an empty edge, and its corner."""
    image = _image(np.pad(mask, 2))
    left, top, right, bottom = image.getbbox() or (2, 2, 3, 3)
    box = (left - 2, top - 2, right + 2, bottom + 2)
    return image.crop(box), (left - 4, top - 4)


def _image(mask: Plane) -> Image.Image:
    return Image.fromarray((mask * 255).astype(np.uint8))


class Flock:
    """Birds on the wing: each beats at its own pace, all drift one way."""

    BEATS = 12

    def __init__(
        self, rng: Rng, count: int, size: float, box: tuple[float, float, float, float],
        colour: Colour, drift: float, depth: float,
    ) -> None:  # fmt: skip
        left, top, right, bottom = box
        lead = np.array([rng.uniform(left, right), rng.uniform(top, bottom)])
        spread = rng.normal(0, 1, (count, 2)) * np.array([size * 3.4, size * 1.5])
        self.places = lead + spread * (np.arange(count)[:, None] > 0)
        self.sizes = size * rng.uniform(0.55, 1.0, count)
        self.paces, self.phases = rng.uniform(1.1, 1.7, count), rng.uniform(0, 1, count)
        self.drift, self.depth, self.colour = drift, depth, colour.yuv()
        self.images = [self._pose(rng, size, beat / self.BEATS) for beat in range(self.BEATS)]
        self.size = size

    def _pose(self, rng: Rng, size: float, phase: float) -> Image.Image:
        pen = Pen(max(size * 1.5, 6), 0.6, 1.0)
        bird(pen, rng, 0.5 + 0.5 * float(np.cos(2 * np.pi * phase)))
        return _image(pen.masks()[0])

    def draw(self, canvas: Canvas, view: View) -> None:
        for (x, y), size, pace, phase in zip(
            self.places, self.sizes, self.paces, self.phases, strict=True
        ):
            beat = (view.t * pace + phase) % 1
            # They glide for part of each stroke.
            image = self.images[int(min(beat * 1.4, 0.999) * self.BEATS)]
            across = view.sx(x + self.drift * view.t, self.depth)
            down = view.sy(y + np.sin(view.t * 0.9 + phase * 6) * size * 0.2, self.depth)
            self._stamp(canvas, image, across, down, size * view.scale(self.depth))

    def _stamp(self, canvas: Canvas, image: Image.Image, x: float, y: float, size: float) -> None:
        k = image.width / (1.2 * size)
        left, top = int(x - size * 0.6) - 1, int(y - size * 0.56) - 1
        wide, tall = int(1.2 * size) + 3, int(1.12 * size) + 3
        matrix = (k, 0, (left - x + size * 0.6) * k, 0, k, (top - y + size * 0.56) * k)
        spread = image.transform(
            (wide, tall), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
        )
        canvas.paint(np.asarray(spread, np.float32) / np.float32(255), left, top, self.colour)


class Beam:
    """The lamp of a lighthouse: two cones that sweep round."""

    def __init__(self, x: float, y: float, length: float, colour: Colour, depth: float) -> None:
        self.x, self.y, self.length, self.depth = x, y, length, depth
        self.colour = colour.yuv()

    def draw(self, canvas: Canvas, view: View) -> None:
        x, y = view.sx(self.x, self.depth), view.sy(self.y, self.depth)
        turn = np.cos(view.t * 0.9 + 0.6)
        reach = self.length * abs(turn) + 1
        half = int(self.length * 0.16)
        rows = np.arange(-half, half + 1, dtype=np.float32)[:, None]
        cols = np.arange(-int(reach), int(reach) + 1, dtype=np.float32)[None, :]
        along = np.abs(cols) / reach
        wide = self.length * (0.008 + 0.085 * along)
        mask = np.abs(rows + cols * np.float32(0.05))
        mask *= -1 / wide.astype(np.float32)
        mask += 1
        np.maximum(mask, 0, out=mask)
        mask *= (1 - along) ** 1.3 * np.where(cols * turn > 0, 0.62, 0.2).astype(np.float32)
        canvas.paint(mask, int(x) - int(reach), int(y) - half, self.colour)
