"""How do colours mix and become the luma and chroma that the encoder takes?

Colours are linear steps in OKLab, because mixes there stay clean (no grey between orange and
blue); what is drawn is BT.709 limited range: luma 16..235, chroma 16..240 around 128.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

# Anything from a row to a picture. What the canvas takes is float32: its speed depends on it.
Plane = NDArray[np.floating]

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LMS_TO_RGB = np.linalg.inv(_RGB_TO_LMS)
_LAB_TO_LMS = np.linalg.inv(_LMS_TO_LAB)


class Yuv(NamedTuple):
    """One colour as the canvas paints it."""

    y: float
    u: float
    v: float


class Colour(NamedTuple):
    """A colour in OKLab: lightness 0..1, green to red, blue to yellow."""

    light: float
    a: float
    b: float

    @classmethod
    def hex(cls, text: str) -> Self:
        rgb = np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        light, a, b = _LMS_TO_LAB @ np.cbrt(_RGB_TO_LMS @ linear)
        return cls(float(light), float(a), float(b))

    @property
    def chroma(self) -> float:
        return float(np.hypot(self.a, self.b))

    def mix(self, other: "Colour", share: float) -> "Colour":
        """This colour with `share` (0..1) of another one."""
        return Colour(*(p + (q - p) * share for p, q in zip(self, other, strict=True)))

    def lighter(self, by: float) -> "Colour":
        return Colour(min(max(self.light + by, 0.0), 1.0), self.a, self.b)

    def vivid(self, factor: float) -> "Colour":
        return Colour(self.light, self.a * factor, self.b * factor)

    def toward(self, other: "Colour", strength: float) -> "Colour":
        """Takes the other's hue (and for greys its lack of one) and keeps its own lightness."""
        reach = max(self.chroma, 0.62 * other.chroma)
        keep = reach / other.chroma if other.chroma > 0.03 else 1.0
        hued = Colour(self.light, other.a * keep, other.b * keep)
        return self.mix(hued, strength)

    def rgb(self) -> tuple[float, float, float]:
        linear = np.clip(_LMS_TO_RGB @ (_LAB_TO_LMS @ np.array(self)) ** 3, 0.0, 1.0)
        r, g, b = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
        return float(r), float(g), float(b)

    def yuv(self) -> Yuv:
        return Yuv(*(float(x) for x in rgb_to_yuv(np.array(self.rgb()))))


def rgb_to_yuv(rgb: NDArray[np.floating]) -> NDArray[np.floating]:
    """RGB 0..1 on the first axis to limited-range BT.709 on the first axis."""
    luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    u = (rgb[2] - luma) / 1.8556
    v = (rgb[0] - luma) / 1.5748
    return np.stack([16 + 219 * luma, 128 + 224 * u, 128 + 224 * v])


def ramp(stops: list[tuple[float, Colour]], at: NDArray[np.floating]) -> Plane:
    """Colours of a gradient at the places `at`, as (3, n) luma and chroma."""
    places = [place for place, _ in stops]
    table = np.linspace(places[0], places[-1], 65)
    lab = np.stack([np.interp(table, places, [c[i] for _, c in stops]) for i in range(3)], axis=1)
    yuv = np.array([Colour(*row).yuv() for row in lab])
    return np.stack([np.interp(at, table, yuv[:, i]) for i in range(3)]).astype(np.float32)
