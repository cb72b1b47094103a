"""What do several places share? The open sky with what hangs in it, and mist."""

from ..colour import Colour
from ..layers.sky import Clouds, Disc, Sky, Stars
from ..layers.weather import Aurora, Flakes, Lightning, Rain
from ..stage import Stage


def open_sky(stage: Stage, horizon: float, clouds: float = 0.5, disc: bool = True) -> None:
    """Gradient, stars at night, sun or moon, clouds; weather decides how many."""
    scene, p = stage.scene, stage.palette
    stage.add(Sky(stage, horizon))
    covered = (
        scene.has("storm")
        or scene.has("fog")
        or (scene.has("rain") and not stage.subject("moon", "sun"))
    )
    if stage.night and not covered:
        stage.add(Stars(stage, horizon))
    if scene.has("aurora"):
        stage.add(Aurora(stage, horizon))
    if disc and not covered:
        crescent = 0.62 if stage.night and stage.rng("phase").random() < 0.35 else 0.0
        stage.add(Disc(stage, crescent, marked=stage.night and not crescent))
    lit = p.low.mix(p.glow, 0.35) if not stage.night else p.mid.mix(p.low, 0.6)
    if scene.has("storm"):
        dark = p.top.mix(p.ink, 0.45)
        stage.add(
            Clouds(stage, "storm", (-0.05 * horizon, horizon * 0.8), dark, 0.8, (4, 4), 0.7, 22)
        )
    cover = 0.6 if covered else 0.42
    if clouds and not (scene.has("aurora")):
        stage.add(
            Clouds(stage, "high", (horizon * 0.05, horizon * 0.75), lit, clouds, (7, 3), cover, 7)
        )
    if stage.spec.hd and clouds:
        stage.add(
            Clouds(stage, "low", (horizon * 0.5, horizon), lit, clouds * 0.8, (9, 3), cover, 11)
        )
    if scene.has("storm"):
        stage.add(Lightning(stage, horizon))


def mist(
    stage: Stage, name: str, y: float, height: float, depth: float, strength: float = 0.55,
    colour: Colour | None = None,
) -> None:  # fmt: skip
    """A bank of fog around a height of the picture."""
    if stage.scene.has("fog"):
        strength, height = min(strength * 1.55, 0.95), height * 1.7
    colour = colour or stage.palette.low.mix(stage.palette.far, 0.25)
    band = (y - height * 0.5, y + height * 0.5)
    stage.add(Clouds(stage, name, band, colour, strength, (2, 2.4), 0.62, 16, depth))


def weather(stage: Stage) -> None:
    """What falls in front of everything."""
    scene, p = stage.scene, stage.palette
    white = Colour.hex("#ffffff")
    if scene.has("rain") or (
        scene.has("storm") and not scene.has("snow") and scene.place != "desert"
    ):
        stage.add(Rain(stage, 1.35 if scene.has("storm") else 1.0))
    if scene.has("snow"):
        stage.add(Flakes(stage, "snow", p.paper.mix(white, 0.5), 420, 4.6, -70, 18))
    if scene.has("fire"):
        ember = Colour.hex("#ffb347").mix(p.accent, 0.25)
        stage.add(Flakes(stage, "embers", ember, 130, 2.6, 85, 20, 0.95, 0.6))
