"""The sea, lakes, and what lies under water."""

import numpy as np

from ..layers.figures import Figure, Paint
from ..layers.land import Profile, Ridge, conifers, hills, level, waves
from ..layers.light import Path, Rays
from ..layers.sky import Sky
from ..layers.water import Water
from ..layers.weather import Flakes
from ..noise import Row, Wave
from ..stage import Stage
from .cast import afloat, airborne, standing
from .common import mist, open_sky
from .landscapes import _rim, ridges


def sea(stage: Stage) -> None:
    tall, unit, p = stage.height, stage.unit, stage.palette
    rough = 2.3 if stage.scene.has("storm") else 1.0
    horizon = tall * (0.58 if stage.width > stage.height else 0.62)
    open_sky(stage, horizon)
    airborne(stage, (0.15 * stage.width, 0.12 * tall, 0.85 * stage.width, 0.42 * tall), unit * 0.07)
    side = 1 if stage.light.x < stage.width / 2 else -1
    far = p.land(0.2).mix(p.low, 0.3)
    cape = _cape(stage, horizon, side, 0.22, 0.05)
    stage.add(Ridge(cape, 0.02, far, far.mix(p.low, 0.4), (horizon - unit * 0.06, horizon)))
    water_far, water_near = p.mid.mix(p.near, 0.35), p.near.mix(p.mid, 0.12)
    stage.add(Water(stage, horizon, water_far, water_near, 0.62, 0.7 * rough))
    mist(stage, "haze", horizon, unit * 0.1, 0.02, 0.45)
    if any(s.name not in ("boat", "whale", "bird") for s in stage.scene.subjects):
        cliff = _cape(stage, tall * 0.72, side, 0.42, 0.2)
        rock = p.land(0.72)
        span = (tall * 0.5, tall * 0.74)
        standing(stage, cliff, 0.32, unit * 0.085, p.land(0.85), _shore(side))
        stage.add(Ridge(cliff, 0.32, rock, rock.mix(p.mid, 0.3), span, 1, _rim(stage, 0.5)))
    count = 5 if stage.spec.hd else 4
    for i in range(count):
        near = i / (count - 1)
        base = tall * (0.73 + 0.24 * near**1.2)
        high = unit * (0.02 + 0.05 * near) * rough
        swell = waves(
            stage.rng(f"wave{i}"),
            base,
            high,
            unit * (0.16 + 0.26 * near),
            unit * 0.035 * (1 + near),
        )
        colour = water_far.mix(p.near, 0.25 + 0.75 * near)
        crest = colour.mix(p.low, 0.42 - 0.25 * near)
        if i == 1:
            afloat(stage, swell, 0.3, unit * 0.13)
        span = (base - high, base + high * 1.6)
        stage.add(Ridge(swell, 0.15 + 0.8 * near, crest, colour, span, 1, _rim(stage, near, 0.9)))


def _shore(side: int) -> tuple[float, float]:
    return (0.68, 0.84) if side > 0 else (0.16, 0.32)


def _cape(stage: Stage, base: float, side: int, reach: float, height: float) -> Profile:
    """Land that runs out into the water from one side."""
    rough = Wave(stage.rng(f"cape{reach}"), 5, 0.55)
    edge = stage.width * (1 - reach if side > 0 else reach)
    unit = stage.unit

    def profile(x: Row, t: float) -> Row:
        inland = np.clip((x - edge) * side / (unit * reach * 0.7), 0, 1)
        rise = inland**0.45 * (0.75 + 0.35 * rough(x / unit * 5)) * (inland > 0)
        line: Row = base - height * unit * rise + (inland <= 0) * unit * 0.05
        return line

    return profile


def lake(stage: Stage) -> None:
    tall, unit, p = stage.height, stage.unit, stage.palette
    horizon = tall * 0.64
    open_sky(stage, horizon)
    airborne(stage, (0.15 * stage.width, 0.1 * tall, 0.85 * stage.width, 0.4 * tall), unit * 0.06)
    ridges(stage, "peaks", 0.58, 0.65, 4 if stage.spec.hd else 3, (0.22, 0.12), 0.45)
    bank = hills(stage.rng("bank"), horizon, unit * 0.015, unit * 0.5)
    firs = conifers(stage.rng("bankfirs"), bank, unit * 0.055, unit * 0.011, 0.25)
    shore = p.land(0.75)
    stage.add(Ridge(firs, 0.12, shore, shore, (0, 1)))
    stage.add(Water(stage, horizon + 1, p.mid.mix(p.near, 0.3), p.near, 0.82, 0.35))
    mist(stage, "steam", horizon, unit * 0.13, 0.1, 0.5)
    still = level(tall * 0.74)
    afloat(stage, still, 0.35, unit * 0.11)
    near = hills(stage.rng("near"), tall * 0.96, unit * 0.11, unit * 0.7)
    reeds = conifers(stage.rng("reeds"), near, unit * 0.1, unit * 0.026, 0.6)
    standing(stage, near, 1.05, unit * 0.14)
    stage.add(Ridge(reeds, 1.05, p.ink, p.ink, (0, 1)))


def underwater(stage: Stage) -> None:
    tall, unit, p = stage.height, stage.unit, stage.palette
    stage.light.y = -0.12 * tall
    stage.add(Sky(stage, tall * 1.0, 0.9))
    stage.add(Rays(stage, (stage.light.x, -0.25 * tall), 0.75, 16))
    count = 5 if stage.spec.hd else 4
    for i in range(count):
        near = i / (count - 1)
        base = tall * (0.78 + 0.2 * near)
        high = unit * (0.16 + 0.05 * near)
        floor = hills(stage.rng(f"reef{i}"), base, high, high * 2.6)
        weeds = _weeds(stage, i, floor, unit * (0.08 + 0.1 * near))
        colour = p.mid.mix(p.near, 0.2 + 0.75 * near)
        span = (base - high, base + high * 0.6)
        stage.add(Ridge(weeds, 0.1 + 0.8 * near, colour, colour.mix(p.low, 0.3), span, 2))
        if i == 0:
            _swimmers(stage)
        if i < count - 1:
            mist(stage, f"murk{i}", base, unit * 0.2, 0.2 + 0.5 * near, 0.4, p.mid)
    standing(stage, hills(stage.rng("bed"), tall * 0.97, 1, unit), 0.7, unit * 0.14)
    bubble = p.glow.mix(p.top, 0.3)
    stage.add(Flakes(stage, "bubbles", bubble, 70, 3.4, 34, 12, 0.5))


def _weeds(stage: Stage, number: int, floor: Profile, size: float) -> Profile:
    """Coral heads, and between them slender weed that sways."""
    rng = stage.rng(f"weeds{number}")
    gap, lump = size * 0.1, size * 0.42
    tall = rng.uniform(0.3, 1, 1024) ** 1.5 * size * 1.25 * (rng.random(1024) < 0.12)
    round_ = rng.uniform(0.15, 1.0, 512) ** 1.6 * lump

    def profile(x: Row, t: float) -> Row:
        best = np.zeros_like(x)
        cell, head = np.floor(x / gap), np.floor(x / lump)
        for step in (-2, -1, 0, 1, 2):
            which = (cell + step).astype(np.int64) & 1023
            lean = np.sin(t * 0.9 + which * 0.7) * gap * 0.7
            away = np.abs(x - (cell + step + 0.5) * gap - lean)
            best = np.maximum(best, tall[which] * np.clip(1 - away / (gap * 0.42), 0, 1) ** 0.35)
            r = round_[(head + step).astype(np.int64) & 511]
            away = x - (head + step + 0.5) * lump
            best = np.maximum(best, np.sqrt(np.maximum(r * r - away * away, 0)) * 1.15)
        return floor(x, t) - best

    return profile


def _swimmers(stage: Stage) -> None:
    """The whale if one was asked for, and always a shoal."""
    rng, unit, p = stage.rng("shoal"), stage.unit, stage.palette
    whale, fish = stage.subject("whale"), stage.subject("fish")
    direction = 1 if rng.random() < 0.5 else -1
    for i in range(1 if whale else 0):
        stage.placed.add("whale")
        body = (whale.colour if whale else None) or p.near.mix(p.mid, 0.25)
        swim = _swim(
            stage.width * (0.5 - direction * 0.12), stage.height * 0.5, unit * 0.03 * direction, i
        )
        paint = Paint(body, body.mix(p.top, 0.45))
        stage.add(Figure("whale", rng, unit * 0.42, swim, paint, 0.5, direction < 0))
    stage.placed.add("fish")
    body = (fish.colour if fish else None) or (p.accent if fish else p.mid.mix(p.near, 0.5))
    count = 13 if fish is None or fish.many else 3
    size = unit * (0.035 if fish is None or fish.many else 0.1)
    centre = np.array([stage.width * rng.uniform(0.35, 0.65), stage.height * rng.uniform(0.3, 0.5)])
    for i in range(count):
        x, y = centre + rng.normal(0, 1, 2) * np.array([4.5, 2.2]) * min(size, unit * 0.05)
        swim = _swim(float(x), float(y), unit * 0.045 * direction, i)
        paint = Paint(body.mix(p.mid, float(rng.uniform(0, 0.35))), body)
        scale = float(rng.uniform(0.6, 1.0))
        stage.add(Figure("fish", rng, size * scale, swim, paint, 0.4, direction < 0, 0.65))


def _swim(x: float, y: float, speed: float, phase: int) -> Path:
    def path(t: float) -> tuple[float, float, float]:
        wave = float(np.sin(t * 0.9 + phase))
        return x + speed * t, y + wave * abs(speed) * 0.35, wave * 0.07

    return path
