"""The city, the stage and the room."""

import numpy as np

from ..colour import Colour
from ..layers.city import Signs, Windows, block, skyline
from ..layers.figures import Figure, Paint, resting
from ..layers.interior import Boards, Curtains, Flame, Panes
from ..layers.land import Profile, Ridge, level
from ..layers.light import Halo, Spotlight
from ..layers.sky import Sky
from ..layers.water import Water
from ..layers.weather import Flakes
from ..stage import Stage
from .cast import airborne, standing
from .common import mist, open_sky


def city(stage: Stage) -> None:
    tall, unit, p = stage.height, stage.unit, stage.palette
    horizon = tall * 0.7
    wet = stage.scene.has("rain") or stage.rng("quay").random() < 0.45
    open_sky(stage, horizon, 0.45)
    airborne(stage, (0.15 * stage.width, 0.1 * tall, 0.85 * stage.width, 0.36 * tall), unit * 0.06)
    if stage.night:
        glow = Colour.hex("#ff9d5c").mix(p.accent, 0.4)
        stage.add(Halo(stage.width * 0.5, horizon, unit * 0.8, glow, 0.4))
    base = horizon if wet else tall * 0.9
    rows = 5 if stage.spec.hd else 4
    for i in range(rows):
        near = i / (rows - 1)
        _row(stage, i, near, base * (1 if wet else 0.86 + 0.14 * near), rows)
        if i < rows - 1 and (stage.spec.hd or i != 1):
            mist(stage, f"mist{i}", base - unit * 0.06, unit * 0.22, 0.1 + 0.5 * near, 0.4)
    street = base
    if wet:
        stage.add(Water(stage, horizon, p.mid.mix(p.near, 0.5), p.near, 0.7, 0.4))
        street = tall * 0.93
    ground = level(street)
    standing(stage, ground, 0.9, unit * 0.14)
    if not wet or _GROUNDED & {s.name for s in stage.scene.subjects}:
        stage.add(Ridge(ground, 0.9, p.ink, p.ink, (0, 1)))


_GROUNDED = {"person", "umbrella", "dog", "cat", "car", "train", "tree", "fox", "horse"}


def _row(stage: Stage, number: int, near: float, base: float, rows: int) -> None:
    p, unit = stage.palette, stage.unit
    rng = stage.rng(f"block{number}")
    depth = 0.06 + 0.5 * near
    tall = stage.height * (0.5 - 0.2 * near) * (1.0 if stage.width > stage.height else 0.85)
    houses = block(
        rng, (-0.5 * stage.width, 1.5 * stage.width), unit * (0.05 + 0.05 * near), base, tall
    )
    profile = skyline(rng, houses, base, unit * 0.004)
    colour = p.land(0.12 + 0.85 * near)
    haze = colour.mix(p.low.mix(p.far, 0.3), 0.75 * (1 - near))
    span = (base - tall * 0.8, base + tall * 0.1)
    stage.add(Ridge(profile, depth, colour, haze, span, 3, stepped=True))
    dark = stage.scene.time in ("night", "dusk")
    lights = [Colour.hex("#ffd58a"), p.accent.lighter(0.08), Colour.hex("#bfe3ff")]
    faded = [c.mix(haze, 0.55 * (1 - near)) for c in lights]
    if not dark:
        faded = [colour.mix(p.low, 0.35)]
    share = ((0.5 if stage.spec.hd else 0.4) if dark else 0.22) * (1 if number else 0.6)
    if number or stage.spec.hd:
        panes = unit * (0.006 + 0.006 * near)
        stage.add(Windows(rng, houses, base, panes, depth, faded, share))
    if dark and number:
        neon = "neon" in stage.scene.prompt.lower() or "cyberpunk" in stage.scene.prompt.lower()
        stage.add(Signs(stage, rng, houses, base, depth, 3 if neon else 1, near))


def theatre(stage: Stage) -> None:
    tall, wide, unit, p = stage.height, stage.width, stage.unit, stage.palette
    stage.light.x, stage.light.y = wide / 2, tall * 0.62
    stage.add(Sky(stage, tall * 0.8, 0.25))
    cloth = Colour.hex("#8e1f2f")
    if stage.scene.colours:
        named = stage.scene.colours[0]
        cloth = Colour(min(named.light, 0.45), named.a, named.b).vivid(0.72)
    floor = tall * 0.78
    stage.add(Curtains(stage, cloth.mix(p.ink, 0.62), 0.15, 0.0, floor))
    wood = Colour.hex("#7a4a2c").mix(cloth, 0.25)
    stage.add(Boards(stage, floor, wood.mix(p.ink, 0.25), wood.mix(p.ink, 0.85)))
    rng = stage.rng("spots")
    tints = [p.glow, p.accent, p.glow.mix(cloth, 0.4)]
    for i, (lamp, target) in enumerate(((0.18, 0.5), (0.82, 0.5), (0.5, 0.5))):
        strength = 0.6 if i < 2 else 0.7
        spot = (wide * (target + float(rng.uniform(-0.03, 0.03))), tall * 0.86)
        stage.add(
            Spotlight(stage, (wide * lamp, -0.1 * tall), spot, tints[i], strength, unit * 0.17, i)
        )
    ground = level(tall * 0.865)
    if not stage.scene.subjects:
        stage.add(*_performer(stage, ground))
    standing(stage, ground, 0.6, unit * 0.27, where=(0.46, 0.54))
    stage.add(Curtains(stage, cloth, 0.9, 0.27, tall * 1.1))
    stage.add(Flakes(stage, "dust", p.glow, 90, 2.0, 4, 14, 0.5, 0.5))


def _performer(stage: Stage, ground: Profile) -> list[Figure]:
    x, y = stage.width / 2, float(ground(np.zeros(1), 0.0)[0])
    ink = stage.palette.ink
    rng = stage.rng("performer")
    return [Figure("dancer", rng, stage.unit * 0.27, resting(x, y, 0.02), Paint(ink, ink), 0.6)]


def room(stage: Stage) -> None:
    """A table in the light of a tall window; a lamp over it, or a fire instead."""
    tall, wide, unit, p = stage.height, stage.width, stage.unit, stage.palette
    side = 1 if stage.light.x > wide / 2 else -1
    stage.light.x, stage.light.y = wide * (0.5 + side * 0.22), tall * 0.4
    stage.add(Sky(stage, tall * 1.2, 0.3))
    floor = tall * 0.79
    stage.add(Boards(stage, floor, p.low.mix(p.near, 0.4), p.near.mix(p.ink, 0.5)))
    window = (stage.light.x, floor - unit * 0.34)
    stage.add(Panes(stage, window, (unit * 0.3, unit * 0.46), floor))
    stage.add(Halo(*window, unit * 0.9, p.glow, 0.3, 0.1))
    x, foot = wide * (0.5 - side * 0.13), tall * 0.86
    size = unit * 0.27
    table_top = level(foot - size * 0.62)
    stage.focus = stage.light.x
    if stage.scene.has("fire"):
        _hearth(stage, wide * (0.5 - side * 0.3), tall * 0.86)
    paint = Paint(p.ink, p.ink)
    behind = level(tall * 0.87)
    if not stage.subject("cat"):
        standing(stage, behind, 0.55, unit * 0.4, where=(0.5 + side * 0.03, 0.5 + side * 0.1))
    stage.add(
        Figure("table", stage.rng("table"), size, resting(x, foot), paint, 0.6, side < 0, 1.6)
    )
    lamp_y = foot - size * 1.95
    hang = resting(x, lamp_y, 0.012)
    warm = Colour.hex("#ffd08a")
    stage.add(Figure("pendant", stage.rng("lamp"), unit * 0.17, hang, Paint(p.ink, warm), 0.6))
    stage.add(Halo(x, lamp_y + unit * 0.02, unit * 0.5, warm, 0.7, 0.6, 0.04))
    near = 0.5 - side * 0.13
    standing(stage, table_top, 0.6, unit * 0.3, where=(near, near + 0.01))
    stage.add(Flakes(stage, "dust", p.glow, 80, 2.0, 3, 16, 0.5, 0.5))


def _hearth(stage: Stage, x: float, y: float) -> None:
    unit, warm = stage.unit, Colour.hex("#ff8a2b")
    stage.add(Halo(x, y - unit * 0.06, unit * 0.6, warm, 0.85, 0.5, 0.3))
    stage.add(Flame(stage, x, y, unit * 0.2, 0.5))
