"""How is a silhouette drawn? With curves and polygons in a box of its own.

A figure stands on y = 0 and is about 1 high, y upwards, x = 0 in its middle, looking right.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from .colour import Plane

Point = tuple[float, float]
FINE = 3


def points(text: str) -> list[Point]:
    """Coordinates in hundredths: "12,40 8,96"."""
    pairs = (pair.split(",") for pair in text.split())
    return [(int(x) / 100, int(y) / 100) for x, y in pairs]


def rounded(corners: Sequence[Point], steps: int = 8) -> list[Point]:
    """A closed Catmull-Rom curve through the corners."""
    p = np.array(corners)
    before, after, next_after = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    curve = 0.5 * (
        2 * p
        + (after - before) * t
        + (2 * before - 5 * p + 4 * after - next_after) * t**2
        + (3 * p - before - 3 * after + next_after) * t**3
    )
    return [(float(x), float(y)) for x, y in curve.transpose(1, 0, 2).reshape(-1, 2)]


class Pen:
    """Draws a silhouette and, apart from it, its details (panes, stripes, lamps)."""

    def __init__(self, scale: float, reach: float = 0.75, top: float = 1.15) -> None:
        self.scale, self.reach, self.top = scale * FINE, reach, top
        size = (max(int(2 * reach * self.scale), 4), max(int((top + 0.12) * self.scale), 4))
        self.size = size
        self.sheets = {name: Image.new("L", size, 0) for name in ("body", "detail")}
        self.draws = {name: ImageDraw.Draw(sheet) for name, sheet in self.sheets.items()}

    def at(self, corners: Sequence[Point]) -> list[Point]:
        """Places on the sheet, in its pixels."""
        return [((x + self.reach) * self.scale, (self.top - y) * self.scale) for x, y in corners]

    def shape(self, text: str, on: str = "body", ink: int = 255) -> None:
        self.draws[on].polygon(self.at(points(text)), fill=ink)

    def curve(self, text: str, on: str = "body", ink: int = 255) -> None:
        self.draws[on].polygon(self.at(rounded(points(text))), fill=ink)

    def oval(
        self, x: float, y: float, rx: float, ry: float, on: str = "body", ink: int = 255
    ) -> None:
        (left, top), (right, bottom) = self.at([(x - rx, y + ry), (x + rx, y - ry)])
        self.draws[on].ellipse((left, top, right, bottom), fill=ink)

    def stroke(
        self, corners: Sequence[Point], width: float, on: str = "body", ink: int = 255
    ) -> None:
        thick = max(round(width * self.scale), 1)
        self.draws[on].line(self.at(corners), fill=ink, width=thick, joint="curve")

    def masks(self) -> tuple[Plane, Plane]:
        """Body and detail, opacities 0..1; the detail lies inside the body."""
        small = (max(self.size[0] // FINE, 2), max(self.size[1] // FINE, 2))
        body, detail = (
            np.asarray(self.sheets[n].resize(small, Image.Resampling.BOX), np.float32) / 255
            for n in ("body", "detail")
        )
        return body, detail
