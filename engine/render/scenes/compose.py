"""Which layers make up a clip? Reads the words, sets the light, lets the place build itself."""

from collections.abc import Callable

from ..layers.backdrop import Backdrop
from ..noise import stream
from ..palette import palette_for
from ..spec import ClipSpec
from ..stage import Light, Stage
from ..words import clean, read
from .abstract import abstract
from .built import city, room, theatre
from .common import mist, weather
from .cosmos import space
from .landscapes import arctic, desert, forest, meadow, mountains, road, sky
from .waters import lake, sea, underwater

PLACES: dict[str, Callable[[Stage], None]] = {
    "abstract": abstract,
    "arctic": arctic,
    "city": city,
    "desert": desert,
    "forest": forest,
    "lake": lake,
    "meadow": meadow,
    "mountains": mountains,
    "road": road,
    "room": room,
    "sea": sea,
    "sky": sky,
    "space": space,
    "stage": theatre,
    "underwater": underwater,
}

# How high the light stands at each hour, as shares of the height from the top.
LIGHT = {"dawn": (0.42, 0.52), "day": (0.16, 0.28), "dusk": (0.44, 0.55), "night": (0.15, 0.3)}


def _light(spec: ClipSpec, prompt: str, time: str) -> Light:
    rng = stream(prompt, spec.seed, "light")
    side = 1 if rng.random() < 0.5 else -1
    unit = (spec.width * spec.height) ** 0.5
    high, low = LIGHT[time]
    if spec.width < spec.height:
        # The upper part of an upright frame belongs to the title.
        high, low = max(high, 0.3), max(low, 0.38)
    x = spec.width * (0.5 + side * float(rng.uniform(0.08, 0.26)))
    size = {"dawn": 0.085, "day": 0.055, "dusk": 0.1, "night": 0.055}[time]
    return Light(
        x,
        spec.height * float(rng.uniform(high, low)),
        unit * size * float(rng.uniform(0.8, 1.35)),
    )


def compose(spec: ClipSpec) -> Stage:
    hour = int(stream(spec.look or spec.prompt, spec.seed, "hour").integers(6))
    scene = read(spec.prompt, hour)
    light = _light(spec, clean(spec.look) or scene.prompt, scene.time)
    stage = Stage(spec, scene, palette_for(scene, spec.seed), light)
    if spec.reference is None:
        PLACES[scene.place](stage)
    else:
        stage.add(Backdrop(spec))
        mist(stage, "veil", spec.height * 0.9, spec.height * 0.3, 0.4, 0.35)
    weather(stage)
    return stage
