"""How do silhouettes stand in front of each other? A line, and everything below it filled."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..camera import View
from ..canvas import Canvas, Light
from ..colour import Colour, Plane, ramp
from ..noise import Rng, Row, Wave, smooth

# World x and the time in seconds to world y, all in pixels.
Profile = Callable[[Row, float], Row]


@dataclass
class Rim:
    """Light that catches the edge near the sun: its place, reach and strength."""

    colour: Colour
    x: float
    reach: float
    strength: float
    thickness: float


class Ridge:
    """Land, water or roofs: one profile, darker at its edge and lost in haze towards `foot`.

    `edges` samples per pixel column: 1 for smooth land, 3 for upright walls. `stepped` says
    that the profile is flat between its jumps, which paints far faster.
    """

    def __init__(
        self,
        profile: Profile,
        depth: float,
        colour: Colour,
        haze: Colour,
        span: tuple[float, float],
        edges: int = 1,
        rim: Rim | None = None,
        stepped: bool = False,
    ) -> None:
        self.profile, self.depth, self.edges, self.rim = profile, depth, edges, rim
        self.span, self.stepped = span, stepped
        self.rim_colour = (rim.colour if rim else colour).yuv()
        self.table = ramp([(0, colour), (1, haze)], np.linspace(0, 1, 256))

    def line(self, view: View) -> Plane:
        """Its edge on the screen, (edges, width)."""
        world = view.columns(self.depth, self.edges)
        line = view.heights(self.profile(world, view.t), self.depth)
        return line.reshape(-1, self.edges).T.astype(np.float32)

    def _colours(self, canvas: Canvas, view: View) -> Plane:
        top, foot = (view.sy(y, self.depth) for y in self.span)
        rows = canvas.rows[:, 0]
        at = smooth(rows, top, max(foot, top + 1)) * 255
        return np.stack([np.interp(at, np.arange(256), row) for row in self.table]).astype(
            np.float32
        )

    def draw(self, canvas: Canvas, view: View) -> None:
        line = self.line(view)
        if self.stepped:
            foot = int(view.sy(self.span[1], self.depth)) + 2
            canvas.steps(line, self._colours(canvas, view), foot)
            return
        sharp: Plane | None = None
        if self.edges == 1:
            # The edge of a slope covers more rows than that of level ground.
            slope = np.gradient(line, axis=1)
            sharp = 1 / np.minimum(np.sqrt(1 + slope * slope), 12)
        light = self._light(view, line[0]) if self.rim else None
        canvas.below(line, sharp, self._colours(canvas, view), light)

    def _light(self, view: View, line: Plane) -> Light:
        rim = self.rim
        assert rim is not None
        thick = rim.thickness * view.scale(self.depth)
        cols = np.arange(len(line), dtype=np.float32)
        near = rim.strength / (1 + ((cols - view.sx(rim.x, 0)) / rim.reach) ** 2) ** 2
        # Measured from a calmer line, or every notch would throw a stripe of light.
        calm = _calm(line, max(int(thick * 0.75), 1))
        facing = np.gradient(calm) * np.tanh((cols - view.sx(rim.x, 0)) / (rim.reach * 0.4))
        near = near * np.clip(0.75 - facing * 1.2, 0.25, 1.25)
        return Light(calm, thick, near.astype(np.float32), self.rim_colour)


def _calm(line: Plane, reach: int) -> Plane:
    """The line averaged over `reach` pixels to each side."""
    wide = np.pad(line, reach + 1, mode="edge").cumsum(dtype=np.float64)
    size = 2 * reach + 1
    calm: Plane = ((wide[size:] - wide[:-size])[: len(line)] / size).astype(np.float32)
    return calm


def level(y: float) -> Profile:
    """Flat ground."""

    def profile(x: Row, t: float) -> Row:
        return np.full_like(x, y)

    return profile


def peaks(rng: Rng, base: float, height: float, width: float) -> Profile:
    """Mountains: `height` above `base`, one summit about every `width` pixels."""
    wave, long = Wave(rng, 6, 0.48), Wave(rng, 2)

    def profile(x: Row, t: float) -> Row:
        swell = 0.75 + 0.35 * long(x / (width * 2.6))
        return base - height * (wave.peaks(x / width) * 1.5 - 0.45) * swell

    return profile


def hills(rng: Rng, base: float, height: float, width: float, octaves: int = 3) -> Profile:
    wave = Wave(rng, octaves, 0.32)

    def profile(x: Row, t: float) -> Row:
        return base - height * (0.5 + 0.5 * wave(x / width) * 1.5)

    return profile


def dunes(rng: Rng, base: float, height: float, width: float) -> Profile:
    """Long slopes to windward, short ones to leeward."""
    wave, bend = Wave(rng, 2, 0.25), Wave(rng, 1)

    def profile(x: Row, t: float) -> Row:
        x = x + 0.35 * width * bend(x / width * 0.7)
        return base - height * (0.45 + 0.75 * (wave.peaks(x / width) - 0.5))

    return profile


def conifers(rng: Rng, ground: Profile, size: float, gap: float, bare: float = 0.12) -> Profile:
    """A line of firs on a ground: jagged spires, `size` pixels high, one every `gap`."""
    tall = rng.uniform(0.45, 1.0, 1024) * (rng.random(1024) > bare)
    off = rng.uniform(-0.32, 0.32, 1024)

    def profile(x: Row, t: float) -> Row:
        best = np.zeros_like(x)
        cell = np.floor(x / gap)
        for step in (-1, 0, 1):
            which = (cell + step).astype(np.int64) & 1023
            high = tall[which] * size
            sway = 0.012 * size * np.sin(t * 1.3 + which)
            away = np.abs(x - (cell + step + 0.5 + off[which]) * gap - sway * 0.3)
            reach = high * 0.21 + 1e-6
            rise = np.clip(1 - away / reach, 0, 1)
            # Boughs: the outline steps in and out as it rises.
            rise = rise + 0.07 * np.sin(rise * 34) * (rise > 0.04) * (1 - rise)
            best = np.maximum(best, rise * high)
        return ground(x, t) - best

    return profile


def grass(rng: Rng, ground: Profile, size: float, gap: float) -> Profile:
    """Blades that lean in the wind."""
    tall = rng.uniform(0.3, 1.0, 4096) ** 1.4
    gust = Wave(rng, 2)

    def profile(x: Row, t: float) -> Row:
        lean = gust(x / (size * 9) + t * 0.35) * size * 0.35
        best = np.zeros_like(x)
        cell = np.floor(x / gap)
        for step in (-2, -1, 0, 1, 2):
            which = (cell + step).astype(np.int64) & 4095
            high = tall[which] * size
            away = np.abs(x - (cell + step + 0.5) * gap - lean * tall[which] * 0.5)
            best = np.maximum(best, high * np.clip(1 - away / (gap * 1.1), 0, 1) ** 0.7)
        return ground(x, t) - best

    return profile


def waves(rng: Rng, base: float, height: float, width: float, speed: float) -> Profile:
    """Swell that rolls on: narrow crests, wide troughs. `speed` in pixels a second."""
    shape, size, phase = Wave(rng, 2), Wave(rng, 1), rng.uniform(0, 6.28, 3)

    def profile(x: Row, t: float) -> Row:
        x = x + speed * t
        turn = x / width * 2 * np.pi + 2.4 * shape(x / (width * 1.7)) + phase[0]
        crest = (0.5 + 0.5 * np.sin(turn + 0.55 * np.sin(turn))) ** 1.7
        tall = 0.65 + 0.5 * size(x / (width * 2.5))
        small = np.sin(x / width * 19 + phase[1] + t * 1.3) * 0.04
        heave = np.sin(t * 0.9 + phase[2]) * 0.12
        line: Row = base - height * (crest * tall + small + heave)
        return line

    return profile


class Stem:
    """A trunk quite near that leaves the frame above and below."""

    def __init__(self, rng: Rng, x: float, width: float, depth: float, colour: Colour) -> None:
        self.x, self.width, self.depth, self.colour = x, width, depth, colour.yuv()
        self.lean = float(rng.uniform(-0.05, 0.05))
        self.left, self.right, self.bend = Wave(rng, 4, 0.6), Wave(rng, 4, 0.6), Wave(rng, 1)

    def middle(self, y: Row, tall: float) -> Row:
        return self.x + self.lean * (tall - y) + self.bend(y / tall * 2) * self.width * 0.5

    def draw(self, canvas: Canvas, view: View) -> None:
        scale, tall = view.scale(self.depth), canvas.height
        y = np.arange(tall) + 0.5
        root = np.exp(-np.maximum(tall * 1.02 - y, 0) / (self.width * 2.2))
        half = self.width * (0.62 + 0.38 * y / tall + 0.9 * root) * scale
        middle = view.sx(0, self.depth) + self.middle(y, tall) * scale
        rough = y / (self.width * 0.9)
        left = middle - half * (1 + 0.1 * self.left(rough))
        right = middle + half * (1 + 0.1 * self.right(rough))
        start = int(np.clip(left.min() - 2, 0, canvas.width)) & ~1
        end = int(np.clip(right.max() + 3, 0, canvas.width))
        if end <= start:
            return
        cols = np.arange(start, end)[None, :] + 0.5
        mask = np.minimum(cols - left[:, None], right[:, None] - cols) + 0.5
        canvas.paint(np.clip(mask, 0, 1).astype(np.float32), start, 0, self.colour)
