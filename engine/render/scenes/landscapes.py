"""Mountains, meadows, forests, deserts, ice, roads and open skies."""

import numpy as np

from ..colour import Colour
from ..layers.figures import Figure, Paint, resting
from ..layers.interior import Flame
from ..layers.land import Profile, Ridge, Rim, Stem, conifers, dunes, grass, hills, level, peaks
from ..layers.light import Halo, Rays
from ..layers.sky import Clouds
from ..layers.weather import Flakes
from ..noise import Row, Wave
from ..stage import Stage
from .cast import airborne, driven, standing
from .common import mist, open_sky


def _rim(stage: Stage, nearness: float, strength: float = 0.75) -> Rim | None:
    """Edges take the sun's light, the far ones more."""
    if stage.scene.has("fog") or stage.scene.has("storm"):
        return None
    power = strength * (1 - 0.75 * nearness) * (0.5 if stage.night else 1)
    return Rim(stage.palette.glow, stage.light.x, stage.unit * 0.32, power, stage.unit * 0.07)


def ridges(
    stage: Stage, make: str, first: float, last: float, count: int, height: tuple[float, float],
    misty: float = 0.5,
) -> Profile:  # fmt: skip
    """A range of ridges one before the other; returns the profile of the nearest."""
    p, tall = stage.palette, stage.height
    forms = {"peaks": peaks, "hills": hills, "dunes": dunes}
    profile = level(tall)
    for i in range(count):
        near = i / max(count - 1, 1)
        base = tall * (first + (last - first) * near**1.15)
        high = stage.unit * (height[0] + (height[1] - height[0]) * near)
        width = high * (1.7 if make == "peaks" else 3.6)
        profile = forms[make](stage.rng(f"ridge{i}"), base, high, width)
        colour = p.land(near**1.1 * 0.94 + 0.03)
        haze = colour.mix(p.low.mix(p.far, 0.3), 0.72 * (1 - near) + 0.05)
        span = (base - high * 0.9, base + high * 0.55 + tall * 0.02)
        stage.add(Ridge(profile, 0.05 + 0.75 * near**1.4, colour, haze, span, 1, _rim(stage, near)))
        if misty and i < count - 1 and (stage.spec.hd or i % 2 == 0):
            mist(stage, f"mist{i}", base + high * 0.1, high * 1.1, 0.1 + 0.6 * near, misty)
    return profile


def mountains(stage: Stage) -> None:
    tall, unit = stage.height, stage.unit
    open_sky(stage, tall * 0.72)
    airborne(stage, (0.15 * stage.width, 0.12 * tall, 0.85 * stage.width, 0.42 * tall), unit * 0.06)
    if stage.scene.has("fire"):
        _volcano(stage)
    ridges(stage, "peaks", 0.64, 0.98, 6 if stage.spec.hd else 5, (0.24, 0.13))
    ground = hills(stage.rng("near"), tall * 0.94, unit * 0.07, unit * 0.6)
    firs = unit * (0.055 if stage.scene.subjects else 0.09)
    woods = conifers(stage.rng("firs"), ground, firs, unit * 0.02, 0.45)
    ink = stage.palette.ink
    standing(stage, ground, 0.95, unit * 0.11, ink)
    stage.add(Ridge(woods, 1.0, ink, ink, (0, 1)))


def _volcano(stage: Stage) -> None:
    """A cone with a glowing crater, behind the other ridges."""
    rng, unit, p = stage.rng("volcano"), stage.unit, stage.palette
    x, base = stage.width * float(rng.uniform(0.38, 0.62)), stage.height * 0.72
    high, wide = unit * 0.36, unit * 0.42
    rough = Wave(rng, 5, 0.55)

    def cone(at: Row, t: float) -> Row:
        away = np.abs(at - x) / wide
        rise = np.minimum(np.exp(-away * 3.0), 0.74 + 0.03 * np.cos((at - x) / unit * 60))
        line: Row = base - high * rise * (1 + 0.05 * rough(at / unit * 9) * (away > 0.1))
        return line

    top = base - high * 0.74
    lava = Colour.hex("#ff5a1f")
    stage.add(Halo(x, top, unit * 0.75, lava, 0.9, 0.06, 0.2))
    stage.add(Flame(stage, x, top + unit * 0.04, unit * 0.2, 0.06))
    rim = Rim(lava, x, unit * 0.11, 1.0, unit * 0.16)
    dark = p.land(0.55)
    stage.add(Ridge(cone, 0.06, dark, dark.mix(p.low, 0.4), (top, base), 1, rim))
    stage.focus = x


def meadow(stage: Stage) -> None:
    tall, unit, p = stage.height, stage.unit, stage.palette
    open_sky(stage, tall * 0.66, 0.6)
    airborne(stage, (0.15 * stage.width, 0.12 * tall, 0.85 * stage.width, 0.45 * tall), unit * 0.07)
    last = ridges(stage, "hills", 0.62, 0.86, 5 if stage.spec.hd else 4, (0.07, 0.1), 0.3)
    standing(stage, last, 0.8, unit * 0.13)
    ground = hills(stage.rng("near"), tall * 0.97, unit * 0.05, unit * 0.5)
    blades = grass(stage.rng("grass"), ground, unit * 0.07, unit * 0.0052)
    stage.add(Ridge(blades, 1.15, p.ink, p.ink, (0, 1), 2))
    pollen = p.glow.mix(p.accent, 0.2)
    stage.add(Flakes(stage, "pollen", pollen, 46, 3.0, 6, 26, 0.7))


def forest(stage: Stage) -> None:
    tall, unit, p = stage.height, stage.unit, stage.palette
    open_sky(stage, tall * 0.8, 0.35, disc=not stage.scene.has("fire"))
    count = 6 if stage.spec.hd else 4
    for i in range(count):
        near = i / (count - 1)
        ground = hills(
            stage.rng(f"ground{i}"), tall * (0.66 + 0.28 * near), unit * 0.06, unit * 0.7
        )
        size = unit * (0.13 + 0.26 * near**1.6)
        trees = conifers(stage.rng(f"trees{i}"), ground, size, size * 0.21, 0.18 + 0.25 * near)
        colour = p.land(0.05 + 0.9 * near)
        haze = colour.mix(p.low.mix(p.far, 0.4), 0.8 * (1 - near))
        base = tall * (0.66 + 0.28 * near)
        span = (base - size * 0.75, base + unit * 0.03)
        stage.add(
            Ridge(
                trees,
                0.1 + 0.7 * near,
                colour,
                haze,
                span,
                1,
                _rim(stage, near, 0.5) if stage.spec.hd else None,
            )
        )
        if i < count - 1 and (stage.spec.hd or i % 2 == 0):
            mist(stage, f"mist{i}", base + unit * 0.02, unit * 0.17, 0.1 + 0.6 * near, 0.6)
    _clearing(stage)
    if not stage.night:
        stage.add(Rays(stage, (stage.light.x, stage.light.y), 0.4 if p.bright else 0.55))
    _trunks(stage)
    stage.add(Flakes(stage, "motes", p.glow, 40, 2.2, 5, 18, 0.6, 0.4))


def _clearing(stage: Stage) -> None:
    """The near ground, where the creatures are."""
    p, unit = stage.palette, stage.unit
    ground = hills(stage.rng("clearing"), stage.height * 0.92, unit * 0.05, unit * 0.8)
    tufts = grass(stage.rng("tufts"), ground, unit * 0.03, unit * 0.005)
    _campfire(stage, ground)
    # Somewhat up the slope, so that the tufts in front leave the legs to be seen.
    path = hills(stage.rng("clearing"), stage.height * 0.92 - unit * 0.022, unit * 0.05, unit * 0.8)
    standing(stage, path, 0.95, unit * 0.2)
    dark = p.land(0.98)
    stage.add(Ridge(tufts, 0.98, dark, p.ink, (stage.height * 0.9, stage.height), 2))


def _campfire(stage: Stage, ground: Profile) -> None:
    if stage.scene.has("fire"):
        x = stage.width * (0.5 + 0.08 * (1 if stage.light.x < stage.width / 2 else -1))
        y = float(ground(np.array([x]), 0.0)[0])
        stage.focus = x
        stage.add(
            Halo(x, y - stage.unit * 0.05, stage.unit * 0.6, Colour.hex("#ff8a2b"), 0.9, 0.95, 0.3)
        )
        stage.add(Flame(stage, x, y + stage.unit * 0.012, stage.unit * 0.16, 0.95))


def _trunks(stage: Stage) -> None:
    """A few dark stems quite near, off the middle, that frame the view."""
    rng, ink, tall = stage.rng("trunks"), stage.palette.ink, stage.height
    for i, side in enumerate((-1, 1, 1) if rng.random() < 0.5 else (-1, -1, 1)):
        x = stage.width / 2 * (1 + side * float(rng.uniform(0.74, 1.06)))
        stem = Stem(rng, x, stage.unit * float(rng.uniform(0.014, 0.03)), 1.3, ink)
        stage.add(stem)
        for j in range(2):
            y = tall * float(rng.uniform(0.08, 0.5))
            foot = float(stem.middle(np.array([y]), tall)[0])
            path = resting(foot, y, 0.01)
            kind, size = stage.rng(f"bough{i}{j}"), stage.unit * float(rng.uniform(0.1, 0.18))
            flip = bool(rng.random() < 0.5)
            stage.add(Figure("bough", kind, size, path, Paint(ink, ink), 1.3, flip))


def desert(stage: Stage) -> None:
    tall, unit, p = stage.height, stage.unit, stage.palette
    open_sky(stage, tall * 0.66, 0.3)
    airborne(stage, (0.15 * stage.width, 0.12 * tall, 0.85 * stage.width, 0.42 * tall), unit * 0.07)
    mesas = _mesas(stage, tall * 0.65)
    far = p.land(0.12)
    stage.add(Ridge(mesas, 0.08, far, far.mix(p.low, 0.5), (tall * 0.5, tall * 0.66), 2))
    count = 6 if stage.spec.hd else 5
    profile = mesas
    for i in range(count):
        near = i / (count - 1)
        base = tall * (0.66 + 0.3 * near**1.2)
        high = unit * (0.05 + 0.12 * near)
        profile = dunes(stage.rng(f"dune{i}"), base, high, high * 5.5)
        colour = p.land(0.1 + 0.8 * near)
        lit = colour.mix(p.glow.mix(p.far, 0.4), 0.5 - 0.3 * near)
        span = (base - high * 0.8, base + high * 1.4)
        stage.add(Ridge(profile, 0.12 + 0.75 * near, lit, colour, span, 1, _rim(stage, near)))
        if i == count - 3:
            standing(stage, profile, 0.12 + 0.75 * near, unit * 0.085)
    sand = p.far.mix(p.glow, 0.5)
    stage.add(Flakes(stage, "sand", sand, 60, 1.6, 3, 70, 0.45))


def _mesas(stage: Stage, base: float) -> Profile:
    rng, unit = stage.rng("mesas"), stage.unit
    places = rng.uniform(-0.3, 1.3, 6) * stage.width
    wide = rng.uniform(0.06, 0.2, 6) * unit
    high = rng.uniform(0.02, 0.07, 6) * unit
    rough = Wave(rng, 4)

    def profile(x: Row, t: float) -> Row:
        rise = np.zeros_like(x)
        for place, width, height in zip(places, wide, high, strict=True):
            slope = np.clip((width - np.abs(x - place)) / (width * 0.5) + 1, 0, 1)
            # Scree at the foot, a steep shoulder, a flat top.
            rise = np.maximum(rise, height * slope**2 * (3 - 2 * slope))
        return base - rise - unit * 0.006 * (1 + rough(x / unit * 30))

    return profile


def arctic(stage: Stage) -> None:
    tall, unit, p = stage.height, stage.unit, stage.palette
    open_sky(stage, tall * 0.66, 0.4)
    airborne(stage, (0.15 * stage.width, 0.12 * tall, 0.85 * stage.width, 0.42 * tall), unit * 0.06)
    snow = p.low.mix(p.far, 0.4).lighter(0.03 if p.bright else 0.02)
    count = 5 if stage.spec.hd else 4
    for i in range(count):
        near = i / (count - 1)
        base = tall * (0.64 + 0.34 * near)
        high = unit * (0.16 - 0.07 * near)
        make = peaks if i < count - 2 else hills
        profile = make(stage.rng(f"ice{i}"), base, high, high * (1.5 if make is peaks else 5))
        shade = p.far.mix(p.near, 0.1 + 0.38 * near)
        span = (base - high, base + high * 0.9)
        light = shade.mix(snow.lighter(0.12), 0.85 - 0.3 * near)
        stage.add(Ridge(profile, 0.08 + 0.8 * near, light, shade, span, 1, _rim(stage, near, 1.0)))
        if i == count - 2:
            standing(stage, profile, 0.08 + 0.8 * near, unit * 0.12)
        if i < count - 1:
            mist(stage, f"mist{i}", base, unit * 0.12, 0.1 + 0.6 * near, 0.4, snow)
    if not stage.scene.has("snow"):
        stage.add(Flakes(stage, "drift", p.paper, 110, 2.6, -24, 34, 0.7))


def sky(stage: Stage) -> None:
    """Above the clouds: banks of them, one before the other."""
    tall, unit, p = stage.height, stage.unit, stage.palette
    open_sky(stage, tall * 0.85, 0.6)
    count = 5 if stage.spec.hd else 4
    for i in range(count):
        near = i / (count - 1)
        base = tall * (0.68 + 0.3 * near)
        bank = _cumulus(stage, i, base, unit * (0.1 + 0.06 * near))
        colour = p.low.mix(p.glow, 0.45 - 0.3 * near).mix(p.mid, 0.35 * near)
        shade = colour.mix(p.mid, 0.55).mix(p.near, 0.12 * near)
        span = (base - unit * 0.14, base + unit * 0.1)
        stage.add(Ridge(bank, 0.1 + 0.7 * near, colour, shade, span, 1, _rim(stage, near)))
        if i == 1:
            box = (0.15 * stage.width, 0.2 * tall, 0.85 * stage.width, 0.62 * tall)
            airborne(stage, box, unit * 0.12)
        if i < count - 1:
            mist(stage, f"mist{i}", base + unit * 0.05, unit * 0.14, 0.2 + 0.5 * near, 0.5, p.low)


def _cumulus(stage: Stage, number: int, base: float, size: float) -> Profile:
    rng = stage.rng(f"cumulus{number}")
    gap = size * 0.55
    radius = rng.uniform(0.3, 1.0, 512) ** 1.5 * size
    swell = Wave(rng, 2)

    def profile(x: Row, t: float) -> Row:
        x = x + t * stage.unit * 0.01 * (1 + number)
        cell = np.floor(x / gap)
        best = np.zeros_like(x)
        for step in (-2, -1, 0, 1, 2):
            r = radius[(cell + step).astype(np.int64) & 511]
            away = x - (cell + step + 0.5) * gap
            best = np.maximum(best, np.sqrt(np.maximum(r * r - away * away, 0)))
        return base - best - size * 0.6 * swell(x / (size * 5))

    return profile


def road(stage: Stage) -> None:
    from ..layers.road import Road

    tall, unit, p = stage.height, stage.unit, stage.palette
    horizon = tall * 0.62
    stage.light.x = stage.width * (0.5 + 0.06 * (1 if stage.light.x > stage.width / 2 else -1))
    open_sky(stage, horizon, 0.5)
    airborne(stage, (0.15 * stage.width, 0.12 * tall, 0.85 * stage.width, 0.42 * tall), unit * 0.06)
    ridges(stage, "peaks", 0.6, 0.62, 3, (0.12, 0.05), 0.3)
    stage.add(Road(stage, horizon))
    driven(stage, horizon)
    flat = level(tall * 0.8)
    standing(stage, flat, 0.0, unit * 0.2, where=(0.36, 0.66))
    stage.add(
        Clouds(stage, "heat", (horizon - unit * 0.05, horizon + unit * 0.06), p.low, 0.5, (2, 3))
    )
