"""Which colours does a clip have? The hour gives them, the place tints them, words steer them."""

from dataclasses import dataclass, replace

from .colour import Colour
from .noise import stream
from .words import Scene

# top, mid and low of the sky; the light; the farthest and the nearest land; one accent.
HOURS = {
    "dawn": [
        "#3d5a80 #98a9c4 #f6c6a8 #fff1d0 #a3a6bd #1f2a44 #e76f51",
        "#6b5b95 #d9a5b3 #fbe3c0 #fff6df #c4a2b5 #2e2440 #d1495b",
        "#2f6f7e #8fc0b5 #f7e2b7 #fff7d6 #9bbcb3 #133039 #ee8959",
        "#51587f #b08ea2 #f4b393 #ffe6b8 #b59aa8 #221d38 #f07167",
    ],
    "day": [
        "#2b7bb9 #7fb9dd #e3f0ee #fffbe8 #a9cbd6 #16384f #f25c54",
        "#1f8a8c #85c7bd #f4ecd0 #fff8dc #a8cdc1 #0f3a40 #f2a541",
        "#e0cfa8 #efe0be #faf0d8 #ee5a3b #a9c4b4 #1d3b4a #e4572e",
        "#4f86c6 #a9c9e8 #fdf3df #fffdf0 #b9cadd #24395f #e4572e",
        "#d9b08c #ecd0a9 #f9ead0 #fff6dc #c9b7a2 #3a3340 #c8553d",
    ],
    "dusk": [
        "#1d1e4b #8a3b6e #f4845f #ffd28a #a4506c #160f2c #ffb84d",
        "#16324f #5d5a88 #f0a07c #ffe0a3 #7d6488 #0d1a2d #ff6b5e",
        "#3b0f2e #a52a3a #ff8c42 #ffe08a #8c2f3b #1d0814 #ffd166",
        "#0f2e3d #2e6f73 #f2b26b #fff0b8 #4d7d78 #071a22 #ff7f50",
    ],
    "night": [
        "#060b1f #10224a #2d4a7c #e8efff #2b4474 #04060f #ffc56b",
        "#0a0718 #241546 #54306e #f5e3ff #41296a #05030d #ff7ab6",
        "#03141a #0b3038 #1f5c5f #e2fff4 #1b5054 #020a0d #ffb65c",
        "#0b1026 #1f2b52 #56628c #fff3d6 #394a78 #05070f #ff9f5a",
    ],
}

# What the ground of a place is made of: far, near, how much of it shows.
GROUND = {
    "desert": ("#dda15e", "#5b2713", 0.62),
    "forest": ("#8fb09a", "#0c2419", 0.55),
    "jungle": ("#7fb083", "#06210f", 0.6),
    "meadow": ("#b8c58a", "#26401c", 0.55),
    "sea": ("#6fa3b0", "#082433", 0.45),
    "underwater": ("#4fa3b5", "#03202e", 0.6),
    "arctic": ("#d8e6ee", "#3d6680", 0.6),
    "city": ("#8d92ad", "#0d0f1c", 0.3),
    "room": ("#8a6f5a", "#1a1210", 0.5),
    "stage": ("#7a2430", "#12060a", 0.5),
}

# What the air of a place looks like, where it has no free sky.
AIR = {
    "space": ["#05060f #0d1230 #2b1f4f", "#04080f #08212f #1c4a55", "#0a0510 #26103a #5b1f4b"],
    "underwater": ["#0b6e80 #07485e #042536", "#12788a #0a4a6e #071f3d", "#1b8a7a #0a5560 #04272f"],
    "stage": ["#0a0509 #1c0a12 #3c131f", "#07060f #14102a #2c1e4a", "#090604 #1f1208 #46280f"],
    "room": ["#2b2027 #4a3438 #6b4a44", "#1e2733 #33424e #5a6262", "#2d2419 #524028 #7a5f3c"],
}


@dataclass(frozen=True)
class Palette:
    top: Colour
    mid: Colour
    low: Colour
    glow: Colour
    far: Colour
    near: Colour
    accent: Colour

    @property
    def ink(self) -> Colour:
        return self.near.mix(Colour(0.06, 0, 0), 0.55)

    @property
    def paper(self) -> Colour:
        """The light of lettering: nearly white, in the clip's own key."""
        return Colour.hex("#fbf6ea").mix(self.glow, 0.15)

    @property
    def bright(self) -> bool:
        return self.mid.light > 0.62

    def land(self, nearness: float) -> Colour:
        """The colour of a silhouette, 0 far .. 1 near."""
        return self.far.mix(self.near, nearness)


def _hours(scene: Scene, seed: int) -> Palette:
    rng = stream(scene.prompt, seed, "palette")
    choices = HOURS[scene.time]
    return Palette(*(Colour.hex(c) for c in choices[int(rng.integers(len(choices)))].split()))


def _placed(palette: Palette, scene: Scene, seed: int) -> Palette:
    if scene.place in AIR:
        rng = stream(scene.prompt, seed, "air")
        choices = AIR[scene.place]
        sky = choices[int(rng.integers(len(choices)))].split()
        top, mid, low = (Colour.hex(c) for c in sky)
        palette = replace(palette, top=top, mid=mid, low=low)
    if scene.place in GROUND:
        far, near, share = GROUND[scene.place]
        lit = Colour.hex(far)
        # At night and dusk the ground keeps its hue but not its brightness.
        lit = Colour(min(lit.light, palette.low.light + 0.05), lit.a, lit.b)
        palette = replace(
            palette,
            far=palette.far.mix(lit, share),
            near=palette.near.mix(Colour.hex(near), share),
        )
    return palette


def _weathered(palette: Palette, scene: Scene) -> Palette:
    grey, dull = Colour(palette.low.light, 0, 0), 0.0
    if scene.has("fog"):
        dull = 0.35
        palette = replace(palette, top=palette.top.mix(palette.low, 0.5))
    if scene.has("rain"):
        dull = 0.3
    if scene.has("snow"):
        dull = 0.25
        white = Colour.hex("#e6eef5")
        lying = Colour(min(white.light, palette.low.light + 0.12), white.a, white.b)
        palette = replace(
            palette, far=palette.far.mix(lying, 0.6), near=palette.near.mix(lying, 0.26)
        )
    if scene.has("storm"):
        dull = 0.45
        palette = replace(
            palette,
            top=palette.top.lighter(-0.09),
            mid=palette.mid.lighter(-0.1),
            low=palette.low.lighter(-0.05),
        )
    names = ("top", "mid", "low", "far")
    muted = {n: getattr(palette, n) for n in names}
    return replace(
        palette, **{n: c.mix(Colour(c.light, grey.a, grey.b), dull) for n, c in muted.items()}
    )


def _grounded(palette: Palette, colour: Colour | None) -> Palette:
    """The colour named for hills or sea takes the land, and tints the sky a little."""
    if colour is None:
        return palette
    shift = (colour.light - 0.6) * 0.25
    return replace(
        palette,
        top=palette.top.toward(colour, 0.2),
        mid=palette.mid.toward(colour, 0.3),
        low=palette.low.toward(colour, 0.25),
        far=palette.far.toward(colour, 0.9).lighter(shift),
        near=palette.near.toward(colour, 0.85),
    )


def _steered(palette: Palette, colours: tuple[Colour, ...], landed: bool) -> Palette:
    """The first colour takes the sky and, unless that has its own, the land; the second takes
    light and accent."""
    if not colours:
        return palette
    first = colours[0]
    land = 0.0 if landed else 1.0
    shift = (first.light - 0.6) * 0.3
    palette = replace(
        palette,
        top=palette.top.toward(first, 0.6).lighter(shift),
        mid=palette.mid.toward(first, 0.8).lighter(shift),
        low=palette.low.toward(first, 0.4).lighter(shift * 0.5),
        far=palette.far.toward(first, 0.7 * land).lighter(shift * land),
        near=palette.near.toward(first, 0.6 * land),
        accent=first if first.chroma > 0.03 else palette.accent,
    )
    if len(colours) > 1:
        second = colours[1]
        palette = replace(
            palette,
            glow=palette.glow.mix(second, 0.75),
            low=palette.low.toward(second, 0.75),
            accent=second,
        )
    return palette


def palette_for(scene: Scene, seed: int) -> Palette:
    palette = _weathered(_placed(_hours(scene, seed), scene, seed), scene)
    palette = _grounded(palette, scene.ground)
    return _steered(palette, scene.colours, scene.ground is not None)
