"""What makes a skyline? Upright walls, and windows that people switch on and off."""

from dataclasses import dataclass

import numpy as np

from ..camera import View
from ..canvas import Canvas
from ..colour import Colour, Plane, Yuv
from ..noise import Rng, Row
from ..stage import Stage
from .land import Profile


@dataclass
class Block:
    """A row of buildings: left edges (sorted) and roof heights, in pixels of the world."""

    left: Row
    roof: Row


def block(rng: Rng, span: tuple[float, float], width: float, base: float, height: float) -> Block:
    widths = rng.uniform(0.5, 1.5, 400) * width
    left = span[0] + np.cumsum(widths)
    left = left[left < span[1]]
    tall = rng.beta(1.6, 2.4, len(left)) * 0.85 + 0.15
    tall[rng.random(len(left)) < 0.1] = 0.08
    return Block(left, base - tall * height)


def skyline(rng: Rng, houses: Block, base: float, mast: float) -> Profile:
    """Roofs with set-backs, tanks and masts; `mast` is the width of the thinnest thing."""
    count = len(houses.left)
    step = rng.uniform(0.12, 0.42, count) * (rng.random(count) < 0.6)
    rise = rng.uniform(0.03, 0.16, count)
    spire = rng.random(count) < 0.28
    spire_at = rng.uniform(0.35, 0.65, count)
    spire_high = rng.uniform(0.12, 0.35, count)

    def profile(x: Row, t: float) -> Row:
        which = np.searchsorted(houses.left, x, side="right") - 1
        inside = (which >= 0) & (which < count - 1)
        which = np.clip(which, 0, count - 2)
        left = houses.left[which]
        wide = houses.left[which + 1] - left
        part = (x - left) / wide
        tall = base - houses.roof[which]
        inner = np.abs(part - 0.5) < 0.5 - step[which]
        top = tall * np.where(inner & (step[which] > 0), 1 + rise[which], 1.0)
        pole = spire[which] & (np.abs(part - spire_at[which]) * wide < mast * 0.5)
        top = np.where(pole, tall * (1 + rise[which] + spire_high[which]), top)
        return np.where(inside & (part < 0.97), base - top, base + 1)

    return profile


class Windows:
    """Lit windows on a block, as small panes; some change while the clip runs."""

    def __init__(
        self, rng: Rng, houses: Block, base: float, pane: float, depth: float,
        colours: list[Colour], share: float = 0.3,
    ) -> None:  # fmt: skip
        self.depth = depth
        self.pane = (pane * 0.55, pane * 0.75)
        columns, rows = [], []
        for left, right, roof in zip(
            houses.left[:-1], houses.left[1:], houses.roof[:-1], strict=True
        ):
            xs = np.arange(left + pane * 0.8, right - pane * 1.2, pane * 1.25)
            ys = np.arange(roof + pane * 1.1, base, pane * 1.7)
            grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
            # Whole floors and whole stairwells are lit together more often than chance.
            taste = rng.random() ** 1.5 * 2 * share
            grid = grid[rng.random(len(grid)) < taste]
            columns.append(grid[:, 0])
            rows.append(grid[:, 1])
        self.x = np.concatenate(columns) if columns else np.zeros(0)
        self.y = np.concatenate(rows) if rows else np.zeros(0)
        self.kind = rng.choice(len(colours), len(self.x), p=_shares(len(colours)))
        self.shine = rng.uniform(0.35, 1.0, len(self.x))
        self.turn = rng.uniform(-30, 60, len(self.x))
        self.colours = [c.yuv() for c in colours]

    def draw(self, canvas: Canvas, view: View) -> None:
        scale = view.scale(self.depth)
        x = canvas.width / 2 + (self.x - canvas.width / 2 - view.x * view.reach(self.depth)) * scale
        y = view.heights(self.y, self.depth)
        lit = (self.turn > view.t) | (self.turn < 0)
        seen = lit & (x > -20) & (x < canvas.width) & (y > -20) & (y < canvas.height)
        for kind, colour in enumerate(self.colours):
            pick = seen & (self.kind == kind)
            size = (self.pane[0] * scale, self.pane[1] * scale)
            _panes(canvas, x[pick], y[pick], size, self.shine[pick], colour)


def _shares(count: int) -> Row:
    weights = 0.35 ** np.arange(count)
    shares: Row = weights / weights.sum()
    return shares


def _panes(
    canvas: Canvas, x: Row, y: Row, size: tuple[float, float], shine: Row, colour: Yuv
) -> None:
    """Small upright rectangles at fractional places, their edges softened exactly."""
    if not len(x):
        return
    wide, high = size
    across, down = np.arange(int(wide) + 2), np.arange(int(high) + 2)
    cols = np.floor(x)[:, None] + across
    rows = np.floor(y)[:, None] + down
    part_x = np.minimum(x[:, None] + wide, cols + 1) - np.maximum(x[:, None], cols)
    part_y = np.minimum(y[:, None] + high, rows + 1) - np.maximum(y[:, None], rows)
    cover = np.clip(part_y, 0, 1)[:, :, None] * np.clip(part_x, 0, 1)[:, None, :]
    cover = cover * shine[:, None, None]
    rows, cols = np.broadcast_arrays(rows[:, :, None], cols[:, None, :])
    canvas.scatter(
        rows.ravel().astype(np.int64), cols.ravel().astype(np.int64), cover.ravel(), colour
    )


class Signs:
    """Upright neon signs on the walls, each in its own haze; some of them buzz."""

    TINTS = ("#ff3d9a", "#2fe0ff", "#ffb02e", "#b06bff", "#5dffb0")

    def __init__(
        self, stage: Stage, rng: Rng, houses: Block, base: float, depth: float, count: int,
        near: float,
    ) -> None:  # fmt: skip
        self.depth = depth
        wide = stage.unit * (0.006 + 0.006 * near)
        which = rng.integers(0, len(houses.left) - 1, count * 3)
        self.signs: list[tuple[float, float, float, tuple[Yuv, Yuv], float]] = []
        for i in which:
            x = float(
                houses.left[i] + (houses.left[i + 1] - houses.left[i]) * rng.uniform(0.1, 0.8)
            )
            y = float(houses.roof[i] + (base - houses.roof[i]) * rng.uniform(0.1, 0.45))
            tall = wide * float(rng.uniform(4, 9))
            tint = Colour.hex(str(rng.choice(self.TINTS)))
            if 0 < x < stage.width and len(self.signs) < count * 3 // 2:
                inks = (tint.yuv(), tint.mix(Colour(1, 0, 0), 0.55).yuv())
                self.signs.append((x, y, tall, inks, float(rng.uniform(0, 60))))
        self.wide = wide
        self.glow = [_glow(wide, tall) for _, _, tall, _, _ in self.signs]

    def draw(self, canvas: Canvas, view: View) -> None:
        scale = view.scale(self.depth)
        for (x, y, tall, inks, phase), glow in zip(self.signs, self.glow, strict=True):
            buzz = 0.75 if np.sin(view.t * 23 + phase) > 0.93 else 1.0
            sx, sy = view.sx(x, self.depth), view.sy(y, self.depth)
            reach = (glow.shape[1] - self.wide) / 2, (glow.shape[0] - tall) / 2
            left, top = int(sx - reach[0]), int(sy - reach[1])
            canvas.paint(glow * np.float32(0.42 * buzz), left, top, inks[0])
            size = (self.wide * scale, tall * scale)
            spot = np.array([sx]), np.array([sy])
            _panes(canvas, *spot, size, np.array([0.95 * buzz]), inks[1])


def _glow(wide: float, tall: float) -> Plane:
    """Light around an upright bar, falling off with the distance from it."""
    reach = tall * 0.45 + wide * 3
    cols = np.abs(np.arange(int(wide + 2 * reach)) - reach - wide / 2) - wide / 2
    rows = np.abs(np.arange(int(tall + 2 * reach)) - reach - tall / 2) - tall / 2
    away = np.hypot(np.maximum(rows, 0)[:, None], np.maximum(cols, 0)[None, :]) / reach
    mask: Plane = (np.clip(1 - away, 0, 1) ** 2.6).astype(np.float32)
    return mask
