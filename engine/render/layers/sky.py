"""What is above the land? The gradient, the light in it, stars and clouds."""

import numpy as np
from PIL import Image

from ..camera import SKY_MARGIN, View
from ..canvas import Canvas, Soft
from ..colour import Colour, Plane, Yuv, ramp
from ..noise import enlarge, field, smooth
from ..stage import Stage

# Clouds are soft: they are made this much smaller and blown up.
GRAIN = 4


class Sky:
    """A graded backdrop with a glow around the light and brushed streaks, painted once."""

    def __init__(self, stage: Stage, horizon: float, streaks: float = 0.5) -> None:
        p, width, height = stage.palette, stage.width, stage.height
        self.pad_x, self.pad_y = (round(side * SKY_MARGIN) & ~1 for side in (width, height))
        wide, tall = width + 2 * self.pad_x, height + 2 * self.pad_y
        rng = stage.rng("sky")
        # All of it is soft: made small and blown up.
        small = (max(tall // GRAIN, 8), max(wide // GRAIN, 8))
        rows = ((np.arange(small[0]) + 0.5) * tall / small[0] - self.pad_y).astype(np.float32)
        cols = ((np.arange(small[1]) + 0.5) * wide / small[1] - self.pad_x).astype(np.float32)
        down = rows[:, None] / np.float32(max(horizon, 1))
        brush = field(rng, *small, (5, 1.2), 3) - 0.5
        soft = field(rng, *small, (2, 1.5), 2) - 0.5
        calm = 0.25 + 0.75 * smooth(1 - down, 0, 0.8)
        at = down + streaks * (0.16 * brush + 0.18 * soft) * calm
        stops = [(-0.2, p.top), (0.12, p.top), (0.62, p.mid), (1.0, p.low), (1.5, p.low)]
        index = np.clip(_blown_up((at + 0.2) * (1023 / 1.7), tall, wide), 0, 1023)
        table = ramp(stops, np.linspace(-0.2, 1.5, 1024))
        self.y, *half = _look_up(table, index)
        self.c = np.stack(half)
        light = stage.light
        distance = np.hypot(
            (cols[None, :] - light.x) / stage.unit, (rows[:, None] - light.y) / stage.unit
        ).astype(np.float32)
        _add_glow(self, p.glow, distance, 0.55 if not stage.night else 0.34)

    def draw(self, canvas: Canvas, view: View) -> None:
        x = (self.pad_x + round(view.sx(0, 0) * -1)) & ~1
        y = (self.pad_y + round(view.sy(0, 0) * -1)) & ~1
        x = min(max(x, 0), 2 * self.pad_x)
        y = min(max(y, 0), 2 * self.pad_y)
        np.copyto(canvas.y, self.y[y : y + canvas.height, x : x + canvas.width])
        half = (canvas.height // 2, canvas.width // 2)
        np.copyto(canvas.c, self.c[:, y // 2 : y // 2 + half[0], x // 2 : x // 2 + half[1]])


def _blown_up(small: Plane, height: int, width: int) -> Plane:
    image = Image.fromarray(small.astype(np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def _look_up(table: Plane, index: Plane) -> list[Plane]:
    whole = index.astype(np.int16)
    luma = table[0][whole]
    # The ramp has 1024 steps over 219 luma levels: no interpolation is needed between them.
    return [luma, table[1][whole[::2, ::2]], table[2][whole[::2, ::2]]]


def _add_glow(sky: Sky, colour: Colour, distance: Plane, strength: float) -> None:
    near = strength * (0.55 * np.exp(-distance * 7.0) + 0.6 * np.exp(-distance * 2.6))
    halo = _blown_up(near, *sky.y.shape)
    yuv = colour.yuv()
    sky.y += (np.float32(yuv.y) - sky.y) * halo
    for plane, value in zip(sky.c, (yuv.u, yuv.v), strict=True):
        plane += (np.float32(value) - plane) * halo[::2, ::2]


class Disc:
    """The sun or the moon. `phase` 0 is full, towards 1 a thinner crescent."""

    def __init__(self, stage: Stage, phase: float = 0.0, marked: bool = False) -> None:
        self.light, self.phase = stage.light, phase
        self.colour = stage.palette.glow.yuv()
        self.shade = stage.palette.glow.mix(stage.palette.mid, 0.4).yuv()
        size = 64
        self.marks = field(stage.rng("moon"), size, size, (4, 4), 3) if marked else None

    def draw(self, canvas: Canvas, view: View) -> None:
        r = self.light.radius * view.scale(0.02)
        x, y = view.sx(self.light.x, 0.02), view.sy(self.light.y, 0.02)
        left, top = int(x - r) - 2, int(y - r) - 2
        size = int(2 * r) + 6
        dy, dx = np.ogrid[0:size, 0:size]
        dx, dy = dx + (left + 0.5 - x), dy + (top + 0.5 - y)
        mask = np.clip(r - np.hypot(dx, dy) + 0.5, 0, 1)
        if self.phase:
            bite = np.hypot(dx - r * (1.5 - self.phase), dy + r * 0.25)
            mask = mask * np.clip(bite - r * 1.02 + 0.5, 0.06, 1)
        mask = mask.astype(np.float32)
        canvas.paint(mask, left, top, self.colour)
        if self.marks is not None:
            at = np.linspace(0, len(self.marks) - 1, size).astype(int)
            spots = smooth(self.marks[np.ix_(at, at)], 0.5, 0.75)
            canvas.paint(mask * (spots * 0.5).astype(np.float32), left, top, self.shade)


class Stars:
    """Points of light of different size that twinkle; most are faint."""

    def __init__(self, stage: Stage, bottom: float, density: float = 1.0) -> None:
        rng = stage.rng("stars")
        count = int(420 * density * (1.6 if stage.spec.hd else 1))
        self.x = rng.uniform(-0.15, 1.15, count) * stage.width
        self.y = (rng.uniform(0, 1, count) ** 1.15 * 1.1 - 0.1) * bottom
        self.size = np.minimum(0.32 + rng.pareto(3.2, count) * 0.5, 1.8) * max(
            stage.unit / 960, 0.6
        )
        self.beat = rng.uniform(0.4, 1.6, count)
        self.phase = rng.uniform(0, 6.3, count)
        self.bottom = bottom
        self.colour = Colour.hex("#fdf6e8").mix(stage.palette.glow, 0.4).yuv()

    def draw(self, canvas: Canvas, view: View) -> None:
        x = self.x - view.x * view.reach(0)
        y = self.y - view.y * view.reach(0)
        shine = 0.72 + 0.28 * np.sin(self.phase + view.t * self.beat * 3)
        shine *= smooth(1 - self.y / self.bottom, 0.0, 0.35)
        dots(canvas, x, y, self.size, shine, self.colour)


def dots(canvas: Canvas, x: Plane, y: Plane, radius: Plane, opacity: Plane, colour: Yuv) -> None:
    """Round spots at fractional places; radii and places in pixels."""
    reach = int(np.ceil(radius.max() + 0.5)) if len(radius) else 0
    steps = np.arange(-reach, reach + 1)
    rows = np.floor(y).astype(np.int64)[:, None, None] + steps[None, :, None]
    cols = np.floor(x).astype(np.int64)[:, None, None] + steps[None, None, :]
    distance = np.hypot(rows + 0.5 - y[:, None, None], cols + 0.5 - x[:, None, None])
    cover = np.clip(radius[:, None, None] + 0.5 - distance, 0, 1) * opacity[:, None, None]
    rows, cols = np.broadcast_arrays(rows, cols)
    seen = cover > 0.01
    canvas.scatter(rows[seen], cols[seen], cover[seen], colour)


class Clouds:
    """A soft bank that drifts sideways; fog when it lies low, clouds when it hangs high.

    `band` is its top and bottom in pixels, `cells` its grain down and across, `cover` how much
    of it is filled (0..1), `speed` pixels a second.
    """

    def __init__(
        self,
        stage: Stage,
        name: str,
        band: tuple[float, float],
        colour: Colour,
        strength: float,
        cells: tuple[float, float] = (3, 3),
        cover: float = 0.5,
        speed: float = 12,
        depth: float = 0.1,
    ) -> None:
        rng = stage.rng(name)
        self.width = (max(stage.width, 64) * 5 // 4) & ~1
        self.top, tall = int(band[0]), max(int(band[1] - band[0]) & ~1, 4)
        small = (max(tall // GRAIN, 8), max(self.width // GRAIN, 16))
        noise = field(rng, *small, cells, 5 if stage.spec.hd else 4)
        across = np.linspace(0, 1, small[0], dtype=np.float32)[:, None]
        lens = np.maximum(np.sin(np.pi * across), 0) ** 0.8
        mask = smooth(noise * (0.35 + 0.65 * lens), 1 - cover - 0.25, 1 - cover + 0.4) * lens
        self.soft = Soft.of(np.clip(enlarge(mask * strength, tall, self.width), 0, 1))
        self.colour = colour.yuv()
        self.speed = speed * (1 if rng.random() < 0.5 else -1) * stage.unit / 960
        self.depth = depth
        self.start = float(rng.uniform(0, self.width))

    def draw(self, canvas: Canvas, view: View) -> None:
        shift = self.start + view.t * self.speed + view.x * view.reach(self.depth)
        x = round(shift) % self.width
        y = round(view.sy(self.top, self.depth))
        canvas.wash(self.soft, -x, y, self.colour)
        if self.width - x < canvas.width:
            # The bank ends within the frame: it repeats, so it goes on with itself.
            canvas.wash(self.soft, (-x & ~1) + self.width, y, self.colour)
