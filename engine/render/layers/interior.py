"""What stands indoors? Curtains, floorboards, a window with its light, a flame."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..camera import View
from ..canvas import Canvas, Soft, halve
from ..colour import Colour, ramp
from ..noise import Wave, smooth
from ..stage import Stage


class Curtains:
    """Folds of cloth that breathe; `part` is the share of the width each half covers
    (0 hangs it across the whole back)."""

    def __init__(self, stage: Stage, cloth: Colour, depth: float, part: float, foot: float) -> None:
        self.folds = Wave(stage.rng(f"folds{depth}"), 2)
        self.depth, self.part, self.foot, self.unit = depth, part, foot, stage.unit
        dark, light = cloth.mix(Colour(0.05, 0, 0), 0.72), cloth.lighter(0.05)
        self.table = ramp([(0, dark), (0.7, cloth), (1, light)], np.linspace(0, 1, 256))

    def draw(self, canvas: Canvas, view: View) -> None:
        x = view.columns(self.depth) / self.unit
        breath = 0.25 * np.sin(view.t * 0.7 + x * 3)
        scale = 26 if self.part == 0 else 19
        fold = 0.5 + 0.5 * np.sin(x * scale * 2 + 2.2 * self.folds(x * 4) + breath)
        cloth = self.table[:, (255 * fold**1.6).astype(int)]
        if self.part == 0:
            foot = min(round(view.sy(self.foot, self.depth)) & ~1, canvas.height)
            canvas.y[:foot] += (cloth[0] - canvas.y[:foot]) * np.float32(0.8)
            half = canvas.c[:, : foot // 2]
            half += (cloth[1:, None, ::2] - half) * np.float32(0.8)
            return
        middle = view.sx(canvas.width / 2, self.depth)
        edge = canvas.width * self.part * 0.62
        for side in (-1, 1):
            self._drape(canvas, view, cloth, middle + side * (canvas.width / 2 - edge), side)

    def _drape(self, canvas: Canvas, view: View, cloth: np.ndarray, x: float, side: int) -> None:
        """One half, drawn back: wide at the top, tied in below the middle."""
        rows = canvas.rows / canvas.height
        tie = self.unit * (0.2 * (1 - smooth(rows, 0, 0.62)) + 0.05 * smooth(rows, 0.62, 1))
        hem = tie + self.unit * 0.006 * np.sin(view.t * 0.8 + rows * 9)
        reach = int(hem.max()) + 4
        if side < 0:
            cols = slice(0, min(max(int(x) + reach & ~1, 2), canvas.width))
        else:
            cols = slice(min(max(int(x) - reach & ~1, 0), canvas.width - 2), canvas.width)
        at = np.arange(cols.start, cols.stop, dtype=np.float32) + 0.5
        inner = ((at[None, :] - np.float32(x)) * side + hem).astype(np.float32)
        mask = np.clip(inner + 0.5, 0, 1)
        edge = np.clip(inner / (self.unit * 0.05), 0.35, 1).astype(np.float32)
        area = canvas.y[:, cols]
        area += ((cloth[0, cols] - 16) * edge + 16 - area) * mask
        half_cols = slice(cols.start // 2, cols.stop // 2)
        area = canvas.c[:, :, half_cols]
        area += (cloth[1:, None, cols.start : cols.stop : 2] - area) * halve(mask)


class Boards:
    """A wooden floor in perspective, planks running away from us."""

    def __init__(self, stage: Stage, horizon: float, light: Colour, dark: Colour) -> None:
        self.horizon, self.unit = horizon, stage.unit
        self.table = ramp([(0, light), (1, dark)], np.linspace(0, 1, 256))
        self.seam = dark.yuv()
        self.tone = Wave(stage.rng("boards"), 1)

    def draw(self, canvas: Canvas, view: View) -> None:
        top = int(np.clip(view.sy(self.horizon, 0.3), 0, canvas.height - 4)) & ~1
        down = (canvas.rows[top:, 0] - top) / max(canvas.height - top, 1)
        colours = np.zeros((3, canvas.height), np.float32)
        colours[:, top:] = self.table[:, (np.clip(down, 0, 1) * 255).astype(int)]
        canvas.fill(np.ones((len(down), canvas.width), np.float32), top, colours)
        cols = np.arange(canvas.width, dtype=np.float32)[None, :] - view.sx(canvas.width / 2, 0.3)
        width = (self.unit * 0.085 * (0.5 + down[:, None])).astype(np.float32)
        plank = cols / width
        whole = np.round(plank)
        gap = np.abs(plank - whole) * width
        shade = self.tone(np.arange(-40, 41) * 3.7)[np.clip(whole + 40, 0, 80).astype(np.int8)]
        mask = np.maximum(np.clip(1.3 - gap, 0, 1) * 0.55, 0.16 + 0.16 * shade)
        canvas.paint(mask.astype(np.float32), 0, top, self.seam)


class Panes:
    """A tall window, the evening or morning in it, and its light thrown across the room."""

    def __init__(
        self, stage: Stage, middle: tuple[float, float], size: tuple[float, float], floor: float
    ) -> None:
        p = stage.palette
        self.middle, self.size = middle, size
        outside = p.glow if not stage.night else Colour.hex("#7fa6e6")
        dim = p.far.mix(outside, 0.35 if stage.night else 0.6)
        self.glass = ramp([(0, dim), (0.75, outside), (1, outside)], np.linspace(0, 1, 64))
        self.frame, self.light = p.ink.yuv(), outside.yuv()
        self.hill = dim.mix(p.near, 0.35).yuv()
        self.wave = Wave(stage.rng("outside"), 3)
        self.beam, self.corner = self._beam(stage, floor)

    def _beam(self, stage: Stage, floor: float) -> tuple[Soft, tuple[int, int]]:
        """The light of each pane, slanting down to the floor on the far side."""
        scale = 4
        small = (stage.width // scale + 2, stage.height // scale + 2)
        image = Image.new("L", small, 0)
        pen = ImageDraw.Draw(image)
        x, y = self.middle
        wide, high = self.size
        direction = -1 if x > stage.width / 2 else 1
        fall = stage.unit * 0.5 * direction
        for col in (-1, 1):
            left, right = (
                x + (0.04 if col > 0 else -0.48) * wide,
                x + (0.48 if col > 0 else -0.04) * wide,
            )
            foot = floor + high * 0.3
            shaft = [
                (left, y - high / 2),
                (right, y - high / 2),
                (right + fall, foot),
                (left + fall, foot),
            ]
            pool = [
                (left + fall * 0.86, floor + high * 0.02),
                (right + fall * 0.86, floor + high * 0.02),
                (right + fall * 1.16, foot), (left + fall * 1.16, foot),
            ]  # fmt: skip
            pen.polygon([(a / scale, b / scale) for a, b in shaft], fill=56)
            pen.polygon([(a / scale, b / scale) for a, b in pool], fill=190)
        soft = image.filter(ImageFilter.GaussianBlur(stage.unit / scale * 0.008))
        full = soft.resize((stage.width + 2 * scale & ~1, stage.height + 2 * scale & ~1))
        return Soft.of(np.asarray(full, np.float32) / 255), (0, 0)

    def draw(self, canvas: Canvas, view: View) -> None:
        scale = view.scale(0.1)
        x, y = view.sx(self.middle[0], 0.1), view.sy(self.middle[1], 0.1)
        half_w, half_h = self.size[0] / 2 * scale, self.size[1] / 2 * scale
        left, top = int(x - half_w) - 6 & ~1, int(y - half_h) - 6 & ~1
        cols = (np.arange(int(half_w * 2) + 14 & ~1, dtype=np.float32) + (left + 0.5 - x))[None, :]
        rows = (np.arange(int(half_h * 2) + 14 & ~1, dtype=np.float32) + (top + 0.5 - y))[:, None]
        inside = np.minimum(half_w - np.abs(cols), half_h - np.abs(rows))
        glass = np.clip(inside + 0.5, 0, 1)
        index = np.clip((rows[:, 0] / half_h + 1) * 31.5, 0, 63).astype(int)
        tone = self.glass[:, index, None]
        canvas.stamp(left, top, glass, tone[0], [tone[1, ::2], tone[2, ::2]])
        hill = half_h * (0.45 + 0.3 * self.wave(cols[0] / half_w * 0.9 + view.x / half_w * 0.1 + 4))
        canvas.paint(
            (glass * np.clip(rows - hill + 0.5, 0, 1)).astype(np.float32), left, top, self.hill
        )
        bar = max(self.size[0] * 0.013 * scale, 1.0)
        thirds = np.abs(np.abs(rows) - half_h / 3)
        grid = np.minimum(np.abs(cols), thirds)
        frame = np.maximum(np.clip(bar - grid + 0.5, 0, 1), np.clip(bar * 2.2 - inside, 0, 1))
        canvas.paint((frame * (inside > -bar * 2)).astype(np.float32), left, top, self.frame)
        breath = 0.5 + 0.05 * float(np.sin(view.t * 0.7))
        shift = (round(view.sx(0, 0.1)), round(view.sy(0, 0.1)))
        canvas.wash(self.beam, shift[0], shift[1], self.light, breath)


class Flame:
    """A fire: three nested tongues that lick upwards."""

    def __init__(self, stage: Stage, x: float, y: float, size: float, depth: float) -> None:
        self.x, self.y, self.size, self.depth = x, y, size, depth
        self.wave = Wave(stage.rng("flame"), 3, 0.6)
        self.colours = [Colour.hex(c).yuv() for c in ("#e8501a", "#ff9a2e", "#ffe6a3")]

    def draw(self, canvas: Canvas, view: View) -> None:
        x, y = view.sx(self.x, self.depth), view.sy(self.y, self.depth)
        size = self.size * view.scale(self.depth)
        left, top = int(x - size * 0.6), int(y - size * 1.3)
        cols = (np.arange(int(size * 1.2)) + left + 0.5 - x)[None, :] / size
        rows = (y - np.arange(int(size * 1.32)) - top - 0.5)[:, None] / size
        for level, colour in enumerate(self.colours):
            part = 1 - 0.27 * level
            lick = self.wave(rows * 2.6 - view.t * 2.4 + level * 7) * 0.16 * np.clip(rows, 0, 1)
            height = 1 + 0.22 * self.wave(np.array([[view.t * 2.1 + level]]))
            up = np.clip(rows / (height * part), 0, 1)
            width = 0.36 * part * np.sqrt(up + 0.03) * (1 - up) ** 0.8 * 1.9
            tongue = (width - np.abs(cols - lick)) * size
            mask = np.clip(tongue + 0.5, 0, 1) * (rows > 0)
            canvas.paint(mask.astype(np.float32), left, top, colour)
