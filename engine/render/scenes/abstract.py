"""What is shown for words that name no picture? Cut paper: ribbons, discs, strips, orbits."""

import numpy as np

from ..colour import Colour
from ..layers.land import Profile, Ridge, Rim
from ..layers.light import Halo
from ..layers.shapes import Arc, Dot, Strip
from ..layers.sky import Sky
from ..noise import Row, Wave
from ..stage import Stage


def abstract(stage: Stage) -> None:
    rng = stage.rng("abstract")
    stage.add(Sky(stage, stage.height * 1.1, 0.8))
    (ribbons, discs, strips, orbits)[int(rng.integers(4))](stage)


def _inks(stage: Stage) -> list[Colour]:
    p = stage.palette
    return [p.accent, p.near, p.low.mix(p.glow, 0.4), p.far, p.mid.mix(p.accent, 0.4)]


def ribbons(stage: Stage) -> None:
    """Folds of coloured paper, wave over wave."""
    p, unit, tall = stage.palette, stage.unit, stage.height
    stage.add(Halo(stage.light.x, tall * 0.25, unit * 0.7, p.glow, 0.8))
    stage.add(Dot(stage, (stage.light.x, tall * 0.27), unit * 0.09, p.accent, 0.05, 0.0))
    count = 12 if stage.spec.hd else 9
    for i in range(count):
        near = i / (count - 1)
        base = tall * (0.36 + 0.62 * near)
        colour = p.far.mix(p.accent, 0.9 * np.sin(near * np.pi)).mix(p.near, near**1.5)
        fold = _fold(stage, i, base, unit * (0.1 - 0.03 * near))
        shade = colour.mix(p.ink, 0.45)
        rim = Rim(p.paper, stage.light.x, unit * 0.5, 0.4, unit * 0.02)
        span = (base - unit * 0.06, base + unit * 0.16)
        stage.add(Ridge(fold, 0.1 + 0.8 * near, colour, shade, span, 1, rim))


def _fold(stage: Stage, number: int, base: float, high: float) -> Profile:
    wave = Wave(stage.rng(f"fold{number}"), 2, 0.25)
    unit = stage.unit

    def profile(x: Row, t: float) -> Row:
        return base - high * 1.3 * wave(x / unit * 1.5 + t * 0.07 * (1 if number % 2 else -1))

    return profile


def discs(stage: Stage) -> None:
    """Overprinted circles that drift through each other."""
    rng, unit = stage.rng("discs"), stage.unit
    inks = _inks(stage)
    for i in range(11 if stage.spec.hd else 8):
        place = (stage.width * rng.uniform(0.08, 0.92), stage.height * rng.uniform(0.1, 0.9))
        radius = unit * float(rng.uniform(0.05, 0.26)) * (1 if i else 1.3)
        opacity = float(rng.uniform(0.55, 0.92))
        colour = inks[i % len(inks)]
        stage.add(Dot(stage, place, radius, colour, 0.1 + 0.09 * i, 0.02, opacity, i))


def strips(stage: Stage) -> None:
    """Bars of torn paper that slide in from the edges."""
    rng = stage.rng("strips")
    inks = _inks(stage)
    lean = float(rng.uniform(-0.22, 0.22))
    for i in range(9):
        across = (i + 0.5) / 9 + float(rng.uniform(-0.03, 0.03))
        length = float(rng.uniform(0.3, 0.82))
        stage.add(Strip(stage, across, length, bool(i % 2), lean, inks[int(rng.integers(5))], i))
    place = (stage.width * rng.uniform(0.3, 0.7), stage.height * rng.uniform(0.35, 0.6))
    stage.add(Dot(stage, place, stage.unit * 0.13, stage.palette.accent, 0.6, 0.02, 0.95, 90))


def orbits(stage: Stage) -> None:
    """Rings about one centre, each turning at its own pace."""
    rng, unit, p = stage.rng("orbits"), stage.unit, stage.palette
    centre = (stage.width * rng.uniform(0.38, 0.62), stage.height * rng.uniform(0.4, 0.55))
    stage.add(Halo(*centre, unit * 0.8, p.glow, 0.5))
    inks = _inks(stage)
    for i in range(10 if stage.spec.hd else 7):
        radius = unit * (0.1 + 0.065 * i)
        width = unit * float(rng.uniform(0.008, 0.045))
        stage.add(Arc(stage, centre, radius, width, inks[i % len(inks)], i))
    stage.add(Dot(stage, centre, unit * 0.055, p.accent, 0.3, 0.0, 1.0, 91))
