"""Where do the subjects of a prompt stand? On the ground, on the water, in the air."""

import numpy as np

from ..colour import Colour
from ..layers.figures import Beam, Figure, Flock, Paint, resting
from ..layers.land import Profile
from ..layers.light import Halo, Path
from ..noise import Row
from ..stage import Stage
from ..words import Subject

AIR = {"bird", "balloon", "plane", "lantern"}
WATER = {"boat", "whale"}
LIGHTS = {"sun", "moon"}
# Heights in persons, and half the width of the box a figure is drawn in (in its own heights).
TALL = {
    "dog": 0.55, "cat": 0.42, "fox": 0.46, "deer": 0.95, "horse": 1.0, "tree": 2.7, "palm": 2.6,
    "cabin": 1.25,
    "car": 0.72, "train": 0.8, "lighthouse": 3.4, "cactus": 1.25, "windmill": 3.0, "rocket": 2.4,
    "fish": 0.5, "boat": 1.5, "whale": 1.1, "camel": 1.15, "car_rear": 0.8, "table": 1.0,
}  # fmt: skip
REACH = {"train": 3.5, "car": 1.12, "fox": 1.0, "whale": 0.95}
# Figures with a typical colour, unless the prompt names another.
NATURAL = {
    "fox": "#cf6425",
    "camel": "#6b4326",
    "deer": "#5a3a26",
    "horse": "#4a2c20",
    "dog": "#4d3524",
}
LIT = {"car", "train", "cabin", "lighthouse", "lantern", "windmill"}


def _at(profile: Profile, x: float, t: float) -> float:
    return float(profile(np.array([x]), t)[0])


def _paint(stage: Stage, subject: Subject, body: Colour) -> Paint:
    """A named colour dresses the figure; else it is a dark shape with light details."""
    p = stage.palette
    if subject.name == "lighthouse":
        # Whitewashed, so that it stands out of the rock even at night.
        body = body.mix(p.paper, 0.22 if stage.night else 0.6)
    if subject.name in LIT:
        detail = Colour.hex("#ffd68a").mix(p.glow, 0.3)
        return Paint(subject.colour or body, detail if subject.name != "car" else p.glow)
    if subject.colour:
        return Paint(subject.colour, subject.colour.mix(Colour(0.95, 0, 0.02), 0.45))
    if subject.name == "boat":
        return Paint(body, p.paper.mix(p.low, 0.25))
    if subject.name in ("astronaut", "rocket"):
        return Paint(p.paper.mix(p.low, 0.2), p.ink if subject.name == "astronaut" else p.accent)
    if subject.name in NATURAL:
        dark = 0.3 if subject.name == "fox" or stage.scene.time == "day" else 0.7
        coat = Colour.hex(NATURAL[subject.name]).mix(body, dark + (0.15 if stage.night else 0))
        return Paint(coat, coat.mix(p.paper, 0.6))
    return Paint(body, body.mix(p.low, 0.4))


def _waiting(stage: Stage, names: set[str]) -> list[Subject]:
    taken = stage.placed | LIGHTS
    if stage.subject("umbrella"):
        # "A woman with an umbrella" is one figure.
        taken |= {"person"}
    return [s for s in stage.scene.subjects if s.name in names - taken]


def standing(
    stage: Stage,
    profile: Profile,
    depth: float,
    person: float,
    body: Colour | None = None,
    where: tuple[float, float] = (0.3, 0.7),
) -> None:
    """Puts what stands on the ground there; `person` is a person's height in pixels."""
    body = body or stage.palette.ink
    rng = stage.rng("standing")
    # The sides first: the middle is for the third.
    sides = rng.permutation(np.array(where))
    spots = np.append(sides, (where[0] + where[1]) / 2) + rng.uniform(-0.04, 0.04, 3)
    for subject, spot in zip(_waiting(stage, GROUND), spots, strict=False):
        stage.placed.add(subject.name)
        for number in range(_count(subject)):
            apart = max(0.13 * stage.width, person * 0.95) * number
            x = stage.width * spot + apart * (1 if spot < 0.5 else -1)
            stage.focus = stage.focus or x
            size = person * TALL.get(subject.name, 1.0) * (1 - 0.12 * number)
            flip = bool(x > stage.width / 2)
            _stand(stage, subject, (x, number), (profile, depth), size, flip, body)


GROUND = {
    "person", "umbrella", "dog", "cat", "fox", "deer", "horse", "tree", "palm",
    "cabin", "car", "train",
    "lighthouse", "cactus", "windmill", "rocket", "astronaut", "dancer", "camel",
}  # fmt: skip


def _count(subject: Subject) -> int:
    if subject.name == "camel":
        return 4
    return 3 if subject.many and subject.name not in ("train", "lighthouse") else 1


def _stand(
    stage: Stage, subject: Subject, spot: tuple[float, int], ground: tuple[Profile, float],
    size: float, flip: bool, body: Colour,
) -> None:  # fmt: skip
    x, number = spot
    profile, depth = ground
    foot = _at(profile, x, 0.0) + size * 0.02
    path = resting(x, foot)
    if subject.name == "train":
        stage.crowded = True
        flip = False
        speed = stage.unit * 0.16
        length = stage.spec.seconds * speed
        start = stage.width * 0.5 - size * 1.4 - length * 0.4

        def path(t: float) -> tuple[float, float, float]:
            return start + speed * t, foot, 0.0

    rng = stage.rng(f"{subject.name}{number}")
    paint = _paint(stage, subject, body)
    if stage.scene.place == "city" and stage.scene.time in ("night", "dusk"):
        # A pool of street light, or a dark figure would drown in dark water.
        lamp = Colour.hex("#ffc98a").mix(stage.palette.accent, 0.3)
        stage.add(
            Halo(x, foot - size * 0.55, max(size, stage.unit * 0.12) * 1.5, lamp, 0.62, depth)
        )
    reach = REACH.get(subject.name, 0.95)
    stage.add(Figure(subject.name, rng, size, path, paint, depth, flip, reach))
    if subject.name == "lighthouse":
        lantern = (x, foot - size * 0.86)
        stage.add(
            Beam(*lantern, stage.unit * 0.75, stage.palette.glow, depth),
            Halo(*lantern, size * 0.42, stage.palette.glow, 0.9, depth, 0.1),
        )
    if subject.name == "car":
        side = -1 if flip else 1
        nose = (x + side * size * 0.98, foot - size * 0.4)
        stage.add(Halo(*nose, size * 0.9, stage.palette.glow, 0.8, depth))
    if subject.name == "cabin":
        stage.add(Halo(x, foot - size * 0.25, size * 0.9, Colour.hex("#ffb454"), 0.5, depth, 0.15))


def driven(stage: Stage, horizon: float) -> None:
    """The car of a road film: seen from behind, in its lane, rocking on its springs."""
    subject = stage.subject("car")
    if subject is None:
        return
    stage.placed.add("car")
    size, foot = stage.unit * 0.13, horizon + (stage.height - horizon) * 0.5
    x = stage.width / 2 + stage.unit * 0.13
    red = Colour.hex("#ff3b2a")

    def path(t: float) -> tuple[float, float, float]:
        rock = float(np.sin(t * 5.3) + 0.6 * np.sin(t * 8.7))
        sway = float(np.sin(t * 0.7)) * size * 0.06
        return x + sway, foot + rock * size * 0.008, rock * 0.004

    body = subject.colour or stage.palette.ink
    paint = Paint(body.mix(stage.palette.ink, 0.35), red)
    stage.add(Figure("car_rear", stage.rng("car"), size, path, paint, 0.3))
    for side in (-1, 1):
        stage.add(Halo(x + side * size * 0.58, foot - size * 0.5, size * 0.55, red, 0.6, 0.3, 0.1))


def afloat(stage: Stage, surface: Profile, depth: float, person: float) -> None:
    """Puts boats and whales on moving water."""
    rng = stage.rng("afloat")
    side = 1 if stage.light.x < stage.width / 2 else -1
    for place, subject in enumerate(_waiting(stage, WATER)):
        stage.placed.add(subject.name)
        for number in range(_count(subject)):
            spot = 0.5 + side * (0.14 + 0.05 * place) - side * 0.27 * number
            x = stage.width * (spot + float(rng.uniform(-0.03, 0.03)))
            stage.focus = stage.focus or x
            size = person * TALL[subject.name] * (1 - 0.3 * number)
            drift = side * size * float(rng.uniform(-0.07, -0.04))
            path = _sailing(surface, x, drift, size, subject.name)
            paint = _paint(stage, subject, stage.palette.ink)
            kind = stage.rng(f"{subject.name}{number}")
            stage.add(Figure(subject.name, kind, size, path, paint, depth, side > 0))


def _sailing(surface: Profile, x: float, drift: float, size: float, name: str) -> Path:
    def path(t: float) -> tuple[float, float, float]:
        here = x + drift * t
        edge: Row = surface(np.array([here - size * 0.25, here, here + size * 0.25]), t)
        lean = float(np.arctan2(edge[2] - edge[0], size * 0.5)) * 0.4
        if name == "whale":
            leap = np.sin(t * 0.8 + 0.4)
            return here, float(edge[1]) + size * (0.35 - 0.45 * leap), -0.55 * np.cos(t * 0.8 + 0.4)
        return here, float(edge[1]) + size * 0.05, lean + 0.03 * float(np.sin(t * 1.1))

    return path


def airborne(stage: Stage, box: tuple[float, float, float, float], person: float) -> None:
    """Puts what flies into a box of the sky (left, top, right, bottom in pixels)."""
    rng = stage.rng("airborne")
    left, top, right, bottom = box
    for subject in _waiting(stage, AIR):
        stage.placed.add(subject.name)
        if subject.name == "bird":
            count = 9 if subject.many else 3
            drift = stage.unit * 0.03 * (1 if rng.random() < 0.5 else -1)
            body = subject.colour or stage.palette.ink
            stage.add(Flock(rng, count, person * 0.55, box, body, drift, 0.3))
            continue
        number = _count(subject) * (3 if subject.name == "lantern" else 1)
        for i in range(number):
            share = (i + 0.5) / number + rng.uniform(-0.1, 0.1)
            x = left + (right - left) * (share if number > 1 else rng.uniform(0.3, 0.7))
            y = float(rng.uniform(top + (bottom - top) * 0.45, bottom))
            _fly(stage, subject, i, (float(x), y), person)


def _fly(
    stage: Stage, subject: Subject, number: int, spot: tuple[float, float], person: float
) -> None:
    x, y = spot
    rng = stage.rng(f"{subject.name}{number}")
    size = person * {"balloon": 2.6, "plane": 1.1, "lantern": 0.55}[subject.name]
    size *= 1 - 0.22 * (number % 3)
    phase = float(rng.uniform(0, 6))
    speed = {"balloon": 0.012, "plane": 0.07, "lantern": 0.008}[subject.name] * stage.unit
    rise = {"balloon": 0.004, "plane": 0.006, "lantern": 0.014}[subject.name] * stage.unit

    def path(t: float) -> tuple[float, float, float]:
        bob = float(np.sin(t * 0.8 + phase))
        return x + speed * t, y - rise * t + bob * size * 0.02, bob * 0.025

    paint = _paint(stage, subject, stage.palette.ink)
    if subject.name == "balloon" and not subject.colour:
        paint = Paint(stage.palette.accent, stage.palette.paper.mix(stage.palette.accent, 0.25))
    if subject.name == "lantern":
        warm = subject.colour or Colour.hex("#ff9a3c")
        paint = Paint(warm, warm.mix(Colour.hex("#ffe9b0"), 0.6))
        stage.add(Halo(x, y - size * 0.5, size * 1.6, warm, 0.55, 0.4, 0.2, number, path))
    stage.add(Figure(subject.name, rng, size, path, paint, 0.4))
