"""What falls, floats or flashes? Rain, snow, embers, motes, lightning, aurora."""

import numpy as np

from ..camera import View
from ..canvas import Canvas
from ..colour import Colour
from ..noise import Row, Wave, smooth
from ..stage import Stage
from .sky import dots


class Rain:
    """Streaks in three depths, slanted by the wind."""

    def __init__(self, stage: Stage, heavy: float = 1.0) -> None:
        rng = stage.rng("rain")
        count = int(330 * heavy * (1.5 if stage.spec.hd else 1))
        self.wide, self.tall = stage.width * 1.3, stage.height * 1.25
        self.x = rng.uniform(0, self.wide, count)
        self.y = rng.uniform(0, self.tall, count)
        self.depth = rng.choice([0.35, 0.6, 1.0], count, p=[0.5, 0.32, 0.18])
        self.slant = float(rng.uniform(0.06, 0.24)) * (1 if rng.random() < 0.5 else -1) * heavy
        self.length = stage.unit * 0.055
        self.speed = stage.unit * 1.5
        self.colour = stage.palette.low.mix(Colour.hex("#ffffff"), 0.45).yuv()
        self.strength = 0.34 if not stage.palette.bright else 0.5

    def draw(self, canvas: Canvas, view: View) -> None:
        fallen = view.t * self.speed * (0.45 + self.depth)
        y = (self.y + fallen) % self.tall - self.tall * 0.1
        x = (self.x + self.slant * fallen - view.x * self.depth) % self.wide - self.wide * 0.12
        steps = np.arange(int(self.length) + 1)
        along = steps[None, :] / len(steps)
        use = steps[None, :] < (self.length * self.depth)[:, None]
        rows = (y[:, None] + steps).astype(np.int64)
        exact = x[:, None] + self.slant * steps
        cols = np.floor(exact).astype(np.int64)
        part = exact - cols
        shine = (self.strength * (0.25 + 0.75 * self.depth))[:, None] * along * use
        for side, share in ((0, 1 - part), (1, part)):
            canvas.scatter(
                rows.ravel(), (cols + side).ravel(), (shine * share).ravel(), self.colour
            )


class Flakes:
    """Things that float: snow downwards, embers and bubbles upwards, dust anywhere.

    `rise` is pixels a second upwards for a frame of unit 960, `size` the largest radius.
    """

    def __init__(
        self,
        stage: Stage,
        name: str,
        colour: Colour,
        count: int,
        size: float,
        rise: float,
        sway: float = 14,
        opacity: float = 0.9,
        flicker: float = 0.0,
    ) -> None:
        rng = stage.rng(name)
        count = int(count * (1.5 if stage.spec.hd else 1))
        scale = stage.unit / 960
        self.wide, self.tall = stage.width * 1.2, stage.height * 1.15
        self.x, self.y = rng.uniform(0, self.wide, count), rng.uniform(0, self.tall, count)
        self.depth = rng.beta(1.2, 2.6, count)
        self.size = np.maximum(size * scale * (0.25 + 0.75 * self.depth**1.5), 0.45)
        self.rise = rise * scale * (0.3 + self.depth)
        self.sway = sway * scale * rng.uniform(0.4, 1.3, count)
        self.beat, self.phase = rng.uniform(0.5, 1.5, count), rng.uniform(0, 6.3, count)
        self.opacity, self.flicker = opacity, flicker
        self.colour = colour.yuv()

    def draw(self, canvas: Canvas, view: View) -> None:
        swing = np.sin(view.t * self.beat * 1.7 + self.phase)
        y = (self.y - view.t * self.rise - view.y * self.depth) % self.tall - self.tall * 0.07
        x = self.x + self.sway * swing + view.t * self.sway * 0.6 - view.x * self.depth
        x = x % self.wide - self.wide * 0.08
        shine = self.opacity * (0.35 + 0.65 * (1 - self.depth * 0.45))
        shine = shine * (
            1 - self.flicker * (0.5 + 0.5 * np.sin(view.t * self.beat * 9 + self.phase))
        )
        big = self.size > 3.2
        for pick in (big, ~big):
            if pick.any():
                size = self.size[pick]
                dots(canvas, x[pick], y[pick], size, shine[pick], self.colour)


class Lightning:
    """Now and then the sky lights up, and a bolt stands in it for a blink."""

    def __init__(self, stage: Stage, horizon: float) -> None:
        rng = stage.rng("lightning")
        self.horizon = horizon
        count = max(1, round(stage.spec.seconds / 2.2))
        gaps = np.linspace(0.12, 0.92, count + 1)[:-1] + rng.uniform(0, 0.6 / count, count)
        self.times = gaps * stage.spec.seconds
        self.bolts = [self._bolt(stage, seed) for seed in rng.integers(0, 2**31, count)]
        self.colour = Colour.hex("#f3f0ff").mix(stage.palette.glow, 0.2).yuv()

    def _bolt(self, stage: Stage, seed: int) -> tuple[Row, Row]:
        rng = np.random.default_rng(int(seed))
        y = np.arange(0, self.horizon, 0.7)
        wander = Wave(rng, 6, 0.62)
        x = stage.width * rng.uniform(0.15, 0.85) + wander(y / stage.unit * 6) * stage.unit * 0.16
        return x, y

    def draw(self, canvas: Canvas, view: View) -> None:
        for start, (x, y) in zip(self.times, self.bolts, strict=True):
            age = view.t - start
            if not 0 <= age < 0.5:
                continue
            flash = np.exp(-age * 9) * (0.6 + 0.4 * np.cos(age * 55))
            down = 1 - canvas.rows / canvas.height
            canvas.y += (np.float32(self.colour.y) - canvas.y) * (0.5 * flash * down).astype("f4")
            if age < 0.22:
                x = x - view.x * view.reach(0)
                size = np.full_like(x, max(canvas.height / 720, 0.7) * 1.3)
                dots(canvas, x, y, size, np.full_like(x, 0.9 * flash + 0.1), self.colour)


class Aurora:
    """Curtains of light that sway, brighter along their lower hem."""

    def __init__(self, stage: Stage, horizon: float) -> None:
        rng = stage.rng("aurora")
        self.horizon = horizon
        self.hem = [Wave(rng, 3) for _ in range(3)]
        self.folds = [Wave(rng, 3) for _ in range(3)]
        self.colours = [
            stage.palette.glow.mix(Colour.hex(c), 0.85).yuv()
            for c in ("#5af2b0", "#38d6c4", "#b57bff")
        ]
        self.unit = stage.unit

    def draw(self, canvas: Canvas, view: View) -> None:
        x = (np.arange(canvas.width // 4) * 4 + view.x * 0.2) / self.unit
        rows = np.arange(int(self.horizon) // 4)[:, None] * 4
        for i, colour in enumerate(self.colours):
            hem = self.horizon * (0.5 + 0.24 * self.hem[i](x * 1.1 + view.t * 0.05) - 0.09 * i)
            fold = smooth(self.folds[i](x * 7 + view.t * 0.13), -0.5, 0.8)
            above = (hem - rows) / (0.42 * self.horizon)
            mask = np.where(above > 0, np.exp(-above * 2.4), np.exp(above * 26)) * fold * 0.5
            mask = mask.astype(np.float32).repeat(4, axis=0).repeat(4, axis=1)
            canvas.paint(mask, 0, 0, colour)
