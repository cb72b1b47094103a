"""How does water show what stands above it? The rows over the horizon, mirrored and broken."""

import numpy as np

from ..camera import View
from ..canvas import Canvas, halve
from ..colour import Colour, Plane, ramp
from ..noise import Rng, field, smooth
from ..stage import Stage


class Water:
    """A still surface from the horizon down, with a path of light under the sun.

    `far` and `near` are its own colours; `mirror` is how much of the picture above it returns,
    `chop` how rough it is (0 glass, 1 open sea).
    """

    def __init__(
        self,
        stage: Stage,
        horizon: float,
        far: Colour,
        near: Colour,
        mirror: float = 0.6,
        chop: float = 0.5,
    ) -> None:
        rng = stage.rng("water")
        self.horizon, self.chop, self.light_x = horizon, chop, stage.light.x
        self.tall = max(int(stage.height * 1.12 - horizon), 8)
        down = np.linspace(0, 1, self.tall)
        self.down = down.astype(np.float32)
        self.own = ramp([(0, far), (0.25, far.mix(near, 0.45)), (1, near)], down)
        self.share = (1 - mirror * (1 - 0.75 * smooth(down, 0.0, 0.9))).astype(np.float32)
        self.margin = min(24 + 8 * stage.spec.seconds, 400)
        self.first = self._lanes(rng, stage, 1.0)
        self.second = self._lanes(rng, stage, 1.7)
        self.path = self._path(stage)
        self.glint = stage.palette.glow.mix(stage.palette.low, 0.25).yuv()
        self.unit = stage.unit

    def _lanes(self, rng: Rng, stage: Stage, fine: float) -> Plane:
        """Noise laid flat into the distance: long and thin far off, broad close by."""
        size = 512
        noise = field(rng, size, size, (48, 20), 2)
        width = stage.width + 2 * self.margin
        near = 0.035 + self.down[:, None]
        cols = (np.arange(width)[None, :] - width / 2) / stage.unit
        across = (cols * fine * 110 / near**0.75).astype(np.int64) % size
        lane = (np.log(near) * fine * 150).astype(np.int64) % size
        lanes: Plane = noise[lane, across]
        return lanes

    def _path(self, stage: Stage) -> Plane:
        """How much light each place takes, on a sheet twice as wide as the frame."""
        cols = (np.arange(2 * stage.width) - stage.width) / stage.unit
        width = 0.035 + 0.22 * self.down[:, None]
        sheet = 1 / (1 + (cols[None, :] / width) ** 2) ** 2
        ambient = 0.16 * (1 - self.down[:, None]) + 0.05
        path: Plane = np.maximum(sheet, ambient).astype(np.float32)
        return path

    def draw(self, canvas: Canvas, view: View) -> None:
        top = round(view.sy(self.horizon, 0)) & ~1
        rows = min(canvas.height - top, self.tall)
        if rows <= 2 or top < 2:
            return
        self._mirror(canvas, view, top, rows)
        self._glints(canvas, view, top, rows)

    def _mirror(self, canvas: Canvas, view: View, top: int, rows: int) -> None:
        depth = np.arange(rows)
        ripple = np.sin(12 * np.log(self.down[:rows] + 0.02) * 2.2 - view.t * 2.1)
        ripple += 0.6 * np.sin(depth * 0.9 + view.t * 3.3)
        reach = self.chop * 0.022 * self.unit * (0.08 + self.down[:rows])
        source = np.clip(top - 1 - depth * 0.92 + ripple * reach, 0, top - 1).astype(np.int64)
        share = self.share[:rows]
        own = self.own[:, :rows]
        band = canvas.y[source]
        band += (own[0, :, None] - band) * share[:, None]
        canvas.y[top : top + rows] = band
        half = source[::2] // 2
        c = canvas.c[:, half]
        c += (own[1:, ::2, None] - c) * share[None, ::2, None]
        canvas.c[:, top // 2 : top // 2 + len(half)] = c
        if top + rows < canvas.height:
            canvas.y[top + rows :] = canvas.y[top + rows - 1]

    def _glints(self, canvas: Canvas, view: View, top: int, rows: int) -> None:
        drift = int(view.t * 0.012 * self.unit * 0.5) % max(self.margin, 1)
        pan = int(np.clip(view.x * 0.3, -self.margin / 2, self.margin / 2))
        start = np.clip([self.margin + drift + pan, self.margin - drift + pan], 0, 2 * self.margin)
        a, b = (
            sheet[:rows, int(s) : int(s) + canvas.width]
            for sheet, s in zip((self.first, self.second), start, strict=True)
        )
        mask = a * b
        mask -= np.float32(0.42 - 0.12 * self.chop)
        np.maximum(mask, 0, out=mask)
        mask *= np.float32(3.4)
        at = int(np.clip(canvas.width - view.sx(self.light_x, 0), 0, canvas.width))
        mask *= self.path[:rows, at : at + canvas.width]
        np.minimum(mask, 0.95, out=mask)
        mask = mask[: rows & ~1]
        canvas.blend(
            (slice(top, top + len(mask)), slice(0, canvas.width)), mask, halve(mask), self.glint
        )
