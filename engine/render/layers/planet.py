"""What does a planet look like? A ball with bands, a night side, an atmosphere, perhaps rings."""

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Canvas
from ..colour import Colour, Plane
from ..noise import Rng, field, smooth
from ..stage import Stage

TILT = 0.3
# Side of the painted picture: beyond it the many layers of paint would cost too much memory.
LARGEST = 1400


class Planet:
    """Painted once into a picture with an opacity; then only moved and scaled."""

    def __init__(
        self, stage: Stage, name: str, centre: tuple[float, float], radius: float, body: Colour,
        ringed: bool, depth: float,
    ) -> None:  # fmt: skip
        self.centre, self.depth = centre, depth
        rng, p = stage.rng(name), stage.palette
        self.half = radius * (2.25 if ringed else 1.2)
        size = min(max(int(self.half * 2) & ~1, 8), LARGEST)
        at = (np.arange(size, dtype=np.float32) + 0.5) / size * 2 * self.half - self.half
        x, y = at[None, :] / radius, at[:, None] / radius
        away, px = np.hypot(x, y), 2 * self.half / size / radius
        disc = np.clip((1 - away) / px + 0.5, 0, 1)
        sun = np.array([stage.light.x - centre[0], stage.light.y - centre[1], stage.unit * 0.3])
        sun = (sun / np.linalg.norm(sun)).astype(np.float32)
        z = np.sqrt(np.clip(1 - away * away, 0, 1))
        day = smooth(x * sun[0] + y * sun[1] + z * sun[2], -0.1, 0.95)
        rim = np.exp(-np.abs(away - 1) * np.where(away < 1, 30, 16))
        air = rim * smooth(x * sun[0] + y * sun[1], -0.4, 0.9) * 0.85
        picture = _Picture(size)
        picture.paint(disc, body.mix(p.ink, 0.94))
        picture.paint(disc * day, body)
        picture.paint(disc * day * _weather(rng, x, y, z, ringed) * 0.7, body.mix(p.paper, 0.55))
        picture.paint(disc * smooth(day, 0.55, 1.0) * 0.3, p.paper)
        picture.paint(air, body.mix(p.glow, 0.65))
        if ringed:
            picture.paint(_ring(rng, x, y, away, px, sun), body.mix(p.paper, 0.6))
        self.images = picture.images()

    def draw(self, canvas: Canvas, view: View) -> None:
        half = self.half * view.scale(self.depth)
        x, y = (
            view.sx(self.centre[0], self.depth) - half,
            view.sy(self.centre[1], self.depth) - half,
        )
        left, top = max(int(np.ceil(x / 2)) * 2, 0), max(int(np.ceil(y / 2)) * 2, 0)
        right = min(int(x + 2 * half) & ~1, canvas.width)
        foot = min(int(y + 2 * half) & ~1, canvas.height)
        if right - left < 4 or foot - top < 4:
            return
        mask, luma, *chroma = self.images
        k = mask.width / (2 * half)
        box = (
            max((left - x) * k, 0.0), max((top - y) * k, 0.0),
            min((right - x) * k, float(mask.width)), min((foot - y) * k, float(mask.height)),
        )  # fmt: skip
        half_box = (box[0] / 2, box[1] / 2, box[2] / 2, box[3] / 2)
        full, small = (right - left, foot - top), ((right - left) // 2, (foot - top) // 2)
        planes = [
            np.asarray(image.resize(size, Image.Resampling.BILINEAR, part), np.float32)
            for image, size, part in (
                (mask, full, box), (luma, full, box),
                *((c, small, half_box) for c in chroma),
            )
        ]  # fmt: skip
        canvas.stamp(left, top, planes[0] * np.float32(1 / 255), planes[1], planes[2:])


class _Picture:
    """Colours laid over each other where there was nothing before."""

    def __init__(self, size: int) -> None:
        self.alpha: Plane = np.zeros((size, size), np.float32)
        self.planes = np.zeros((3, size, size), np.float32)

    def paint(self, mask: Plane, colour: Colour) -> None:
        self.alpha = mask + self.alpha * (1 - mask)
        # Weighted by the opacity so far: at the edge the newest colour counts alone.
        share = mask / np.maximum(self.alpha, 1e-4)
        for plane, value in zip(self.planes, colour.yuv(), strict=True):
            plane += (np.float32(value) - plane) * share

    def images(self) -> list[Image.Image]:
        sheets = [np.clip(self.alpha * 255, 0, 255), *self.planes]
        mask, luma, u, v = (Image.fromarray(np.round(s).astype(np.uint8)) for s in sheets)
        half = (mask.width // 2, mask.height // 2)
        return [mask, luma, *(c.resize(half, Image.Resampling.BOX) for c in (u, v))]


def _tilted(x: Plane, y: Plane) -> tuple[Plane, Plane]:
    cos, sin = np.float32(np.cos(TILT)), np.float32(np.sin(TILT))
    return x * cos + y * sin, y * cos - x * sin


def _weather(rng: Rng, x: Plane, y: Plane, z: Plane, banded: bool) -> Plane:
    """Belts around a gas giant, clouds on another world."""
    size = 256
    texture = field(rng, size, size, (5, 3) if not banded else (4, 3), 5)
    across, along = _tilted(x, y)
    row = ((np.clip(along, -1, 1) * 0.5 + 0.5) * (size - 1)).astype(np.int16)
    col = (np.arctan2(across, z + np.float32(1e-3)) * (size / 6.2832)).astype(np.int16) % size
    spots = texture[row, col]
    if banded:
        belts = field(rng, 1024, 4, (9, 2), 5)[:, 0]
        bent = np.clip((along * 0.5 + 0.5) * 1000 + (spots - 0.5) * 46, 0, 1023).astype(np.int16)
        return smooth(belts[bent], 0.25, 0.8).astype(np.float32)
    return smooth(spots, 0.45, 0.75).astype(np.float32)


def _ring(rng: Rng, x: Plane, y: Plane, away: Plane, px: float, sun: Plane) -> Plane:
    """Grooved rings; the ball hides their far side and throws its shadow on them."""
    across, along = _tilted(x, y)
    distance = np.hypot(across, along / 0.22)
    grooves = np.interp(distance, np.linspace(1.3, 2.15, 70), rng.uniform(0.2, 1, 70) ** 0.7)
    edge = smooth(distance, 1.35, 1.35 + 6 * px) * (1 - smooth(distance, 2.12, 2.12 + 6 * px))
    hidden = np.clip((1 - away) / px + 0.5, 0, 1) * (along < 0)
    lit = smooth(x * sun[0] + y * sun[1], -2.2, 0.6)
    mask: Plane = (grooves * edge * (1 - hidden) * (0.15 + 0.85 * lit) * 0.85).astype(np.float32)
    return mask
