"""Plain shapes of cut paper that move: dots, arcs, strips."""

import numpy as np

from ..camera import View
from ..canvas import Canvas
from ..colour import Colour
from ..noise import Wave, smooth
from ..stage import Stage


class Dot:
    """A disc that wanders by `roam` (a share of the unit)."""

    def __init__(
        self, stage: Stage, place: tuple[float, float], radius: float, colour: Colour, depth: float,
        roam: float, opacity: float = 1.0, number: int = 0,
    ) -> None:  # fmt: skip
        self.place, self.radius, self.depth = place, radius, depth
        self.roam, self.opacity, self.colour = roam * stage.unit, opacity, colour.yuv()
        self.wave = Wave(stage.rng(f"dot{number}"), 2)

    def draw(self, canvas: Canvas, view: View) -> None:
        dx, dy = self.wave(np.array([view.t * 0.22, view.t * 0.22 + 50])) * self.roam * 2
        x = view.sx(self.place[0] + dx, self.depth)
        y = view.sy(self.place[1] + dy, self.depth)
        radius = self.radius * view.scale(self.depth)
        left, top, size = int(x - radius) - 1, int(y - radius) - 1, int(radius * 2) + 4
        at = np.arange(size, dtype=np.float32) + 0.5
        away = np.hypot((at + (left - x))[None, :], (at + (top - y))[:, None])
        mask = np.clip(radius - away + 0.5, 0, 1) * self.opacity
        canvas.paint(mask.astype(np.float32), left, top, self.colour)


class Arc:
    """A part of a ring that turns about its centre."""

    def __init__(
        self, stage: Stage, centre: tuple[float, float], radius: float, width: float,
        colour: Colour, number: int,
    ) -> None:  # fmt: skip
        rng = stage.rng(f"arc{number}")
        self.centre, self.radius, self.width = centre, radius, width
        self.span = float(rng.uniform(1.6, 5.6))
        self.start, self.turn = float(rng.uniform(0, 6.28)), float(rng.uniform(0.12, 0.4))
        self.turn *= 1 if rng.random() < 0.5 else -1
        self.colour, self.depth = colour.yuv(), 0.1 + 0.05 * number

    def draw(self, canvas: Canvas, view: View) -> None:
        x, y = view.sx(self.centre[0], self.depth), view.sy(self.centre[1], self.depth)
        scale = view.scale(self.depth)
        radius, half = self.radius * scale, self.width * scale / 2
        left, right = (
            max(int(x - radius - half) - 2, 0),
            min(int(x + radius + half) + 3, canvas.width),
        )
        top, end = (
            max(int(y - radius - half) - 2, 0),
            min(int(y + radius + half) + 3, canvas.height),
        )
        if right <= left or end <= top:
            return
        dx = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5 - x)
        dy = np.arange(top, end, dtype=np.float32)[:, None] + np.float32(0.5 - y)
        mask = half + 0.5 - np.abs(np.sqrt(dx * dx + dy * dy) - np.float32(radius))
        rows, cols = np.nonzero(mask > 0)
        angle = np.arctan2(dy[rows, 0], dx[0, cols]) - (self.start + view.t * self.turn)
        inside = (angle % (2 * np.pi)) * radius
        ends = np.clip(np.minimum(inside, self.span * radius - inside) + 0.5, 0, 1)
        paint = np.zeros(mask.shape, np.float32)
        paint[rows, cols] = np.clip(mask[rows, cols], 0, 1) * ends
        canvas.paint(paint, left, top, self.colour)


class Strip:
    """A bar with a torn end that slides in and then breathes."""

    def __init__(
        self, stage: Stage, across: float, length: float, from_top: bool, lean: float,
        colour: Colour, number: int,
    ) -> None:  # fmt: skip
        rng = stage.rng(f"strip{number}")
        self.across, self.length, self.from_top, self.lean = across, length, from_top, lean
        self.width = stage.width / 9 * float(rng.uniform(0.5, 1.2))
        self.delay = float(rng.uniform(0, 0.8))
        self.torn, self.sway = Wave(rng, 4, 0.6), Wave(rng, 2)
        self.colour, self.depth, self.unit = colour.yuv(), 0.15 + 0.08 * number, stage.unit

    def draw(self, canvas: Canvas, view: View) -> None:
        come = float(smooth(np.array([view.t - self.delay]), -0.4, 1.1)[0])
        breath = 0.03 * float(self.sway(np.array([view.t * 0.3]))[0])
        reach = canvas.height * (self.length * come + breath)
        rows = canvas.rows if self.from_top else canvas.height - canvas.rows
        middle = view.sx(self.across * canvas.width, self.depth)
        cols = np.arange(canvas.width, dtype=np.float32)[None, :] + 0.5
        away = cols - middle - self.lean * (canvas.rows - canvas.height / 2)
        ragged = self.torn(away[0] / self.unit * 14) * self.unit * 0.018
        edge = np.minimum(self.width / 2 - np.abs(away), reach + ragged[None, :] - rows)
        canvas.paint(np.clip(edge + 0.5, 0, 1).astype(np.float32), 0, 0, self.colour)
