"""How does a road run to the horizon? In perspective, its markings coming towards us."""

import numpy as np

from ..camera import View
from ..canvas import Canvas
from ..colour import Plane, ramp
from ..noise import Wave
from ..stage import Stage


class Road:
    def __init__(self, stage: Stage, horizon: float) -> None:
        p = stage.palette
        self.horizon, self.unit = horizon, stage.unit
        verge = p.land(0.55)
        down = np.linspace(0, 1, 256)
        self.verge = ramp([(0, verge.mix(p.low, 0.6)), (0.3, verge), (1, p.near)], down)
        asphalt = p.ink.mix(p.mid, 0.12)
        self.asphalt = ramp([(0, asphalt.mix(p.low, 0.5)), (0.4, asphalt), (1, p.ink)], down)
        self.line, self.edge = p.paper.mix(p.accent, 0.25).yuv(), p.paper.mix(p.far, 0.4).yuv()
        self.bend = Wave(stage.rng("bend"), 2)
        self.speed = 9.0

    def _rows(self, canvas: Canvas, view: View) -> tuple[int, Plane]:
        top = int(view.sy(self.horizon, 0)) & ~1
        rows = canvas.rows[top:, 0]
        return top, (rows - top) / max(canvas.height - top, 1)

    def draw(self, canvas: Canvas, view: View) -> None:
        top, down = self._rows(canvas, view)
        if len(down) < 4:
            return
        shade = (np.clip(down, 0, 1) * 255).astype(int)
        colours = np.zeros((3, canvas.height), np.float32)
        colours[:, top:] = self.verge[:, shade]
        whole = np.ones((len(down), canvas.width), np.float32)
        canvas.fill(whole, top, colours)
        distance = 1 / (down + 0.02)
        sway = self.bend(distance * 0.12 + view.t * 0.25) * 0.05 * self.unit * distance**0.4
        centre = view.sx(canvas.width / 2, 0) + (sway - sway[-1]) * (1 - down)
        half = self.unit * (0.004 + 0.52 * down**1.15)
        offset = np.arange(canvas.width, dtype=np.float32)[None, :] + 0.5 - centre[:, None]
        colours[:, top:] = self.asphalt[:, shade]
        away = np.abs(offset)
        canvas.fill(_within(away, half), top, colours)
        beat = (distance * 1.1 + view.t * self.speed * 0.5) % 1.0 < 0.45
        stripe = _within(away, half * 0.022) * beat[:, None] * np.clip(down * 6, 0, 0.9)[:, None]
        canvas.paint(stripe.astype(np.float32), 0, top, self.line)
        kerb = _within(np.abs(away - half[:, None] * 0.9), half * 0.016)
        canvas.paint(kerb * np.float32(0.7), 0, top, self.edge)


def _within(away: Plane, half: Plane) -> Plane:
    """Opacity of a strip `half` wide on each side, by row."""
    mask = half[:, None].astype(np.float32) + np.float32(0.5) - away
    np.maximum(mask, 0, out=mask)
    np.minimum(mask, 1, out=mask)
    return mask
