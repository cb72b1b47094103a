"""What does light do in air? Shafts, cones and halos."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Canvas, Soft
from ..colour import Colour, Plane, Yuv
from ..noise import Wave, smooth
from ..stage import Stage

# Soft light is made this much smaller than the frame.
COARSE = 8

# Seconds to a place (world x, y) and a lean in radians.
Path = Callable[[float], tuple[float, float, float]]


def _spread(canvas: Canvas, mask: Plane, colour: Yuv) -> None:
    """Paints a mask that was made at an eighth of the frame's size."""
    size = (canvas.width // 2, canvas.height // 2)
    image = Image.fromarray(mask.astype(np.float32))
    canvas.haze(np.asarray(image.resize(size, Image.Resampling.BILINEAR)), colour)


def _grid(canvas: Canvas) -> tuple[Plane, Plane]:
    """Row and column places of the coarse mask."""
    rows, cols = max(canvas.height // COARSE, 1), max(canvas.width // COARSE, 1)
    return (
        ((np.arange(rows, dtype=np.float32) + 0.5) * (canvas.height / rows))[:, None],
        ((np.arange(cols, dtype=np.float32) + 0.5) * (canvas.width / cols))[None, :],
    )


class Halo:
    """A round glow; `flicker` makes it breathe. It may follow a figure along its `path`."""

    def __init__(
        self, x: float, y: float, radius: float, colour: Colour, strength: float,
        depth: float = 0.0, flicker: float = 0.0, seed: int = 0, path: Path | None = None,
    ) -> None:  # fmt: skip
        size = max(int(radius * 2) & ~1, 8)
        small = max(size // COARSE, 8)
        at = ((np.arange(small) + 0.5) / small * 2 - 1).astype(np.float32)
        distance = np.hypot(at[:, None], at[None, :])
        glow = np.exp(-distance * 3.2) * smooth(1 - distance, 0, 0.6) * np.float32(strength)
        image = Image.fromarray(glow).resize((size, size), Image.Resampling.BICUBIC)
        self.soft = Soft.of(np.clip(np.asarray(image), 0, 1))
        self.x, self.y, self.radius, self.depth = x, y, size / 2, depth
        self.colour, self.flicker, self.path = colour.yuv(), flicker, path
        self.wave = Wave(np.random.default_rng(seed), 3, 0.7)

    def draw(self, canvas: Canvas, view: View) -> None:
        x, y = self.x, self.y
        if self.path:
            (x0, y0, _), (x1, y1, _) = self.path(0.0), self.path(view.t)
            x, y = x + x1 - x0, y + y1 - y0
        x, y = view.sx(x, self.depth) - self.radius, view.sy(y, self.depth) - self.radius
        beat = 1.0
        if self.flicker:
            beat += self.flicker * float(self.wave(np.array([view.t * 5]))[0])
        canvas.wash(self.soft, round(x), round(y), self.colour, beat)


class Rays:
    """Shafts that fan out from the light and wander slowly."""

    def __init__(
        self, stage: Stage, origin: tuple[float, float], strength: float, count: float = 9
    ) -> None:
        self.origin, self.strength, self.count = origin, strength, count
        self.colour = stage.palette.glow.yuv()
        rng = stage.rng("rays")
        self.slow, self.fast = Wave(rng, 2), Wave(rng, 2)
        self.reach = stage.unit

    def draw(self, canvas: Canvas, view: View) -> None:
        ox, oy = view.sx(self.origin[0], 0), view.sy(self.origin[1], 0)
        rows, cols = _grid(canvas)
        rows, cols = rows - np.float32(oy), cols - np.float32(ox)
        angle = np.arctan2(rows, cols)
        table = np.linspace(-np.pi, np.pi, 1024)
        beams = self.slow(table * self.count / 2 + view.t * 0.12)
        beams = beams + 0.6 * self.fast(table * self.count - view.t * 0.17)
        beams = smooth(beams, 0.0, 0.9)
        mask = beams[((angle + np.pi) * (1023 / (2 * np.pi))).astype(np.int64)]
        distance = np.hypot(rows, cols) / self.reach
        mask = mask * np.exp(-distance * 1.5) * self.strength
        _spread(canvas, mask, self.colour)


class Spotlight:
    """A cone from above that sweeps a little, with its pool of light on the floor."""

    def __init__(
        self, stage: Stage, lamp: tuple[float, float], target: tuple[float, float], colour: Colour,
        strength: float, width: float, number: int,
    ) -> None:  # fmt: skip
        self.lamp, self.target, self.width = lamp, target, width
        self.colour, self.strength = colour.yuv(), strength
        self.sweep = Wave(stage.rng(f"spot{number}"), 2)
        self.unit = stage.unit

    def draw(self, canvas: Canvas, view: View) -> None:
        sweep = float(self.sweep(np.array([view.t * 0.35]))[0]) * self.unit * 0.05
        lx, ly = view.sx(self.lamp[0], 0.4), view.sy(self.lamp[1], 0.4)
        tx, ty = view.sx(self.target[0] + sweep, 0.6), view.sy(self.target[1], 0.6)
        rows, cols = _grid(canvas)
        down = np.clip((rows - ly) / max(ty - ly, 1), 0, 1.2)
        axis = lx + (tx - lx) * down
        radius = self.width * (0.08 + 0.92 * down)
        across = np.abs(cols - axis) / radius
        beam = smooth(1 - across, 0.0, 0.45) * (0.9 - 0.55 * down) * (rows < ty)
        pool = np.hypot((cols - tx) / self.width, (rows - ty) / (self.width * 0.24))
        mask = beam * self.strength * 0.75 + smooth(1 - pool, 0, 0.35) * self.strength
        _spread(canvas, np.minimum(mask, 0.9), self.colour)
