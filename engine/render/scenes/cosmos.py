"""Deep space: stars, clouds of gas, a planet with its night side, rings and moons."""

from ..colour import Colour
from ..layers.figures import Figure, Paint
from ..layers.land import level
from ..layers.planet import Planet
from ..layers.sky import Clouds, Sky, Stars
from ..layers.weather import Flakes
from ..stage import Stage
from .cast import standing


def space(stage: Stage) -> None:
    tall, wide, unit, p = stage.height, stage.width, stage.unit, stage.palette
    rng = stage.rng("cosmos")
    side = 1 if rng.random() < 0.5 else -1
    stage.light.x, stage.light.y = wide * (0.5 - side * 0.62), -0.1 * tall
    stage.add(Sky(stage, tall * 1.2, 1.6), Stars(stage, tall * 2.6, 2.4))
    for i, colour in enumerate((p.low.lighter(0.1), p.accent.mix(p.low, 0.45))):
        band = (tall * (0.02 + 0.2 * i), tall * (0.8 + 0.15 * i))
        stage.add(Clouds(stage, f"gas{i}", band, colour, 0.5, (3, 2.5), 0.45, 4, 0.02))
    stage.add(Stars(stage, tall * 2.6, 0.5))
    size = unit * float(rng.uniform(0.26, 0.44))
    centre = (
        wide * (0.5 + side * float(rng.uniform(0.12, 0.26))),
        tall * float(rng.uniform(0.5, 0.66)),
    )
    body = p.accent if not stage.scene.colours else stage.scene.colours[0]
    stage.add(
        Planet(stage, "planet", centre, size, body.mix(p.low, 0.25), bool(rng.random() < 0.6), 0.15)
    )
    moon = (
        wide * (0.5 - side * float(rng.uniform(0.14, 0.3))),
        tall * float(rng.uniform(0.2, 0.4)),
    )
    stage.add(Planet(stage, "moon", moon, size * 0.2, p.far.mix(p.paper, 0.4), False, 0.3))
    _visitors(stage, side)
    stage.add(Flakes(stage, "dust", p.paper, 60, 1.7, 2, 12, 0.4))


def _visitors(stage: Stage, side: int) -> None:
    """Astronauts and rockets float free here."""
    rng, unit = stage.rng("visitors"), stage.unit
    for name, size in (("astronaut", 0.3), ("rocket", 0.26)):
        subject = stage.subject(name)
        if subject is None:
            continue
        stage.placed.add(name)
        x = stage.width * (0.5 - side * float(rng.uniform(0.08, 0.2)))
        y, lean = stage.height * 0.72, -side * (0.25 if name == "astronaut" else -0.9)
        speed = unit * (0.006 if name == "astronaut" else 0.045)

        def path(
            t: float, x: float = x, y: float = y, lean: float = lean, speed: float = speed
        ) -> tuple[float, float, float]:
            return x + side * speed * t, y - speed * 0.7 * t, lean + 0.05 * t * side

        white = stage.palette.paper.mix(stage.palette.low, 0.15)
        dark = Colour.hex("#1a1c2b") if name == "astronaut" else Colour.hex("#ffb35c")
        paint = Paint(subject.colour or white, dark)
        stage.add(Figure(name, rng, unit * size, path, paint, 0.7))
    standing(stage, level(stage.height * 0.9), 0.8, unit * 0.14)
