"""Where do ridges, clouds and paper get their irregularity? Seeded value noise."""

import hashlib

import numpy as np
from PIL import Image

from .colour import Plane

Rng = np.random.Generator
Row = Plane


def stream(*parts: object) -> Rng:
    """A generator of its own for every purpose, so that adding a layer moves no other."""
    text = "\x1f".join(str(part) for part in parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


class Wave:
    """Smooth noise along a line: call it with positions, get -1..1 (one knot per unit)."""

    def __init__(self, rng: Rng, octaves: int = 4, gain: float = 0.5) -> None:
        self.knots = rng.uniform(-1, 1, (octaves, 1024))
        self.shift = rng.uniform(0, 1024, octaves)
        self.weights = gain ** np.arange(octaves)
        self.weights /= self.weights.sum()

    def octave(self, number: int, x: Row) -> Row:
        x = x * 2.0**number + self.shift[number]
        left = np.floor(x)
        part = x - left
        part = part * part * (3 - 2 * part)
        index = left.astype(np.int64) & 1023
        knots = self.knots[number]
        level: Row = knots[index] * (1 - part) + knots[(index + 1) & 1023] * part
        return level

    def __call__(self, x: Row) -> Row:
        return sum(
            (weight * self.octave(i, x) for i, weight in enumerate(self.weights)),
            start=np.zeros_like(x),
        )

    def peaks(self, x: Row) -> Row:
        """Sharp summits and wide valleys, 0..1."""
        total = np.zeros_like(x)
        for i, weight in enumerate(self.weights):
            total += weight * (1 - np.abs(self.octave(i, x))) ** (1.6 if i == 0 else 1.0)
        return total


def enlarge(small: Plane, height: int, width: int) -> Plane:
    """Blown up softly; what repeats horizontally goes on repeating."""
    rows, cols = small.shape
    wide = np.pad(np.concatenate([small[:, -2:], small, small[:, :2]], 1), ((2, 2), (0, 0)), "edge")
    image = Image.fromarray(np.ascontiguousarray(wide, np.float32))
    box = (2.0, 2.0, cols + 2.0, rows + 2.0)
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC, box))


def field(rng: Rng, height: int, width: int, cells: tuple[float, float], octaves: int = 4) -> Plane:
    """Smooth noise 0..1 of height x width that repeats horizontally; `cells` down and across."""
    finest = 2 ** (octaves - 1) * 4
    small = (
        min(height, max(int(cells[0] * finest), 8)),
        min(width, max(int(cells[1] * finest), 8)),
    )
    total = np.zeros(small, np.float32)
    for octave in range(octaves):
        rows, cols = (max(2, round(cell * 2**octave)) for cell in cells)
        if rows > small[0] or cols > small[1]:
            break
        total += 0.5**octave * enlarge(rng.random((rows, cols), dtype=np.float32), *small)
    low, high = np.percentile(total, (1, 99))
    total = np.clip((total - low) / max(float(high - low), 1e-6), 0, 1).astype(np.float32)
    return total if small == (height, width) else enlarge(total, height, width)


def smooth(x: Plane, low: float, high: float) -> Plane:
    """0 below `low`, 1 above `high`, an S between."""
    part = np.clip((x - low) / (high - low), 0.0, 1.0)
    curve: Plane = part * part * (3 - 2 * part)
    return curve
