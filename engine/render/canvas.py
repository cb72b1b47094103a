"""How does paint get onto a frame? Luma at full size, chroma at half, both as floats.

Masks are opacities 0..1. Everything is clipped at the edges here, so that layers may place
their shapes anywhere.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .colour import Plane, Yuv

Index = NDArray[np.int64]
BLOCK = 320


def halve(mask: Plane) -> Plane:
    """The mask at chroma size; its sides must be even."""
    half: Plane = (mask[0::2, 0::2] + mask[1::2, 1::2]) * np.float32(0.5)
    return half


class Soft(NamedTuple):
    """A mask that is larger than the frame and painted often, with its chroma half ready."""

    full: Plane
    half: Plane

    @classmethod
    def of(cls, mask: Plane) -> "Soft":
        height, width = mask.shape
        mask = np.ascontiguousarray(mask[: height & ~1, : width & ~1], np.float32)
        return cls(mask, halve(mask))


def _over(target: Plane, source: Plane, corner: tuple[int, int], mask: Plane) -> None:
    """Lays the part of a source that begins at a corner over a target of the mask's size."""
    rows = source[corner[0] : corner[0] + mask.shape[0]]
    if source.shape[1] > 1:
        rows = rows[:, corner[1] : corner[1] + mask.shape[1]]
    target += (rows - target) * mask


class Light(NamedTuple):
    """Light along an edge: the line it lies under (smoother than the edge itself), how far down
    it reaches, its strength per column and its colour."""

    line: Plane
    thick: float
    near: Plane
    colour: Yuv


class Canvas:
    """One frame being painted. Each drawing thread owns one and paints it over and over."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.y = np.zeros((height, width), np.float32)
        self.c = np.zeros((2, height // 2, width // 2), np.float32)
        self._scratch = np.empty(width * height, np.float32)
        self.rows = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)

    def blend(self, area: tuple[slice, slice], mask: Plane, half: Plane, colour: Yuv) -> None:
        """Paints one colour through masks that fit the (even) area."""
        y = self.y[area]
        # One compact scratch area: a strided one would not stay in the processor's cache.
        spare = self._scratch[: y.size].reshape(y.shape)
        np.subtract(np.float32(colour.y), y, out=spare)
        spare *= mask
        y += spare
        rows, cols = (slice(s.start // 2, s.stop // 2) for s in area)
        for plane, value in zip(self.c, (colour.u, colour.v), strict=True):
            c = plane[rows, cols]
            spare = self._scratch[: c.size].reshape(c.shape)
            np.subtract(np.float32(value), c, out=spare)
            spare *= half
            c += spare

    def paint(self, mask: Plane, x: int, y: int, colour: Yuv) -> None:
        """Paints a colour through a mask whose top left corner is at x, y."""
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + mask.shape[1], self.width), min(y + mask.shape[0], self.height)
        if right <= left or bottom <= top:
            return
        mask = mask[top - y : bottom - y, left - x : right - x]
        area = (slice(top & ~1, bottom + (bottom & 1)), slice(left & ~1, right + (right & 1)))
        size = (area[0].stop - area[0].start, area[1].stop - area[1].start)
        if mask.shape != size:
            # Chroma wants an even place and size: an empty row or column makes them so.
            even = np.zeros(size, np.float32)
            even[top & 1 :, left & 1 :][: mask.shape[0], : mask.shape[1]] = mask
            mask = even
        self.blend(area, mask, halve(mask), colour)

    def wash(self, soft: Soft, x: int, y: int, colour: Yuv, strength: float = 1.0) -> None:
        """Paints through a large soft mask at an even offset (its corner lies at x, y)."""
        x, y = x & ~1, y & ~1
        left, top = max(x, 0), max(y, 0)
        right = min(x + soft.full.shape[1], self.width)
        bottom = min(y + soft.full.shape[0], self.height)
        if right <= left or bottom <= top or strength <= 0:
            return
        mask = soft.full[top - y : bottom - y, left - x : right - x]
        half = soft.half[(top - y) // 2 : (bottom - y) // 2, (left - x) // 2 : (right - x) // 2]
        if strength != 1.0:
            mask, half = mask * np.float32(strength), half * np.float32(strength)
        self.blend((slice(top, bottom), slice(left, right)), mask, half, colour)

    def haze(self, half: Plane, colour: Yuv) -> None:
        """Paints through a soft mask of half the frame's size."""
        rows, cols = half.shape
        area = (slice(0, rows * 2), slice(0, cols * 2))
        self.blend(area, half.repeat(2, axis=0).repeat(2, axis=1), half, colour)

    def stamp(self, x: int, y: int, mask: Plane, luma: Plane, chroma: list[Plane]) -> None:
        """Puts a small picture down; its place and size are even.

        `luma` and `chroma` may also be single columns: then each row has one colour.
        """
        left, top = max(x, 0), max(y, 0)
        right, foot = min(x + mask.shape[1], self.width), min(y + mask.shape[0], self.height)
        if right <= left or foot <= top:
            return
        mask = mask[top - y : foot - y, left - x : right - x]
        _over(self.y[top:foot, left:right], luma, (top - y, left - x), mask)
        half, corner = halve(mask), ((top - y) // 2, (left - x) // 2)
        for plane, source in zip(self.c, chroma, strict=True):
            area = plane[top // 2 : foot // 2, left // 2 : right // 2]
            _over(area, source, corner, half)

    def below(
        self, line: Plane, sharp: Plane | None, colours: Plane, light: "Light | None" = None
    ) -> None:
        """Fills everything under a line with one colour per row.

        `line` holds heights, (n, width) with n samples per column; `sharp`, of the same shape,
        is how quickly the edge fills (1 is one pixel; None is 1 everywhere); `colours` is
        (3, height). `light` tints what lies just under the edge.
        """
        # Narrow blocks keep the band around the edge low and the work in the processor's cache.
        for left in range(0, self.width, BLOCK):
            cols = slice(left, min(left + BLOCK, self.width))
            part = None if sharp is None else sharp[:, cols]
            self._below(cols, line[:, cols], part, colours, light)

    def _below(
        self, cols: slice, line: Plane, sharp: Plane | None, colours: Plane, light: "Light | None"
    ) -> None:
        top = int(np.clip(np.floor(line.min()) - 1, 0, self.height)) & ~1
        end = int(np.clip(np.ceil(line.max()) + 2, 0, self.height))
        end = min(end + (end & 1), self.height)
        half = slice(cols.start // 2, cols.stop // 2)
        foot = end
        luma, chroma = colours[0, top:end, None], colours[1:, top:end:2, None]
        if light is not None and float(light.near[cols].max()) > 0.02:
            foot = min(int(end + light.thick) & ~1, self.height)
            luma, chroma = self._lit(top, foot, cols, colours, light)
        self.y[end:foot, cols] = luma[end - top :]
        self.y[foot:, cols] = colours[0, foot:, None]
        self.c[:, end // 2 : foot // 2, half] = chroma[:, (end - top) // 2 :]
        self.c[:, foot // 2 :, half] = colours[1:, foot::2, None]
        if end > top:
            mask = self._edge(top, end, line, sharp)
            y = self.y[top:end, cols]
            part = luma[: end - top] - y
            part *= mask
            y += part
            c = self.c[:, top // 2 : end // 2, half]
            c += (chroma[:, : (end - top) // 2] - c) * halve(mask)

    def _edge(self, top: int, end: int, line: Plane, sharp: Plane | None) -> Plane:
        """How much of each pixel in the band lies under the line."""
        total: Plane | None = None
        for number, heights in enumerate(line):
            mask = self.rows[top:end] - heights
            if sharp is not None:
                mask *= sharp[number]
            mask += np.float32(0.5)
            np.maximum(mask, 0, out=mask)
            np.minimum(mask, 1, out=mask)
            if total is None:
                total = mask
            else:
                total += mask
        assert total is not None
        if len(line) > 1:
            total *= np.float32(1 / len(line))
        return total

    def _lit(
        self, top: int, foot: int, cols: slice, colours: Plane, light: "Light"
    ) -> tuple[Plane, Plane]:
        """The colours of a band with the light laid over them, strongest at the line."""
        fade = self.rows[top:foot] - light.line[cols]
        fade *= np.float32(-1 / light.thick)
        fade += 1
        np.maximum(fade, 0, out=fade)
        np.minimum(fade, 1, out=fade)
        fade *= fade
        fade *= light.near[cols]
        small = halve(fade)
        rows = colours[:, top:foot, None]
        fade *= np.float32(light.colour.y) - rows[0]
        fade += rows[0]
        tint = np.array(light.colour[1:], np.float32)[:, None, None]
        return fade, rows[1:, ::2] + (tint - rows[1:, ::2]) * small

    def steps(self, line: Plane, colours: Plane, foot: int) -> None:
        """Fills what lies under roofs: a line that is level but for upright jumps.

        `line` and `colours` are as in `below`; nothing is painted from row `foot` on. Level
        stretches are filled whole; only the few columns that hold a jump are mixed pixel by
        pixel.
        """
        low, high = line.min(axis=0), line.max(axis=0)
        foot = min(max(foot, 0), self.height) & ~1
        roof = np.clip(line.mean(axis=0), 0, max(foot - 0.01, 0))
        jump = high - low > 0.02
        ends = np.flatnonzero((np.abs(np.diff(roof)) > 0.02) | jump[1:] | jump[:-1]) + 1
        for left, right in pairwise([0, *ends.tolist(), self.width]):
            if not jump[left] and roof[left] < foot - 1:
                self._roof(slice(left, right), float(roof[left]), foot, colours)
        self._walls(np.flatnonzero(jump), line, foot, colours)

    def _roof(self, cols: slice, roof: float, foot: int, colours: Plane) -> None:
        first = int(roof)
        edge = self.y[first, cols]
        edge += (colours[0, first] - edge) * np.float32(first + 1 - roof)
        self.y[first + 1 : foot, cols] = colours[0, first + 1 : foot, None]
        rows, half = (first + 1) // 2, slice((cols.start + 1) // 2, (cols.stop + 1) // 2)
        self.c[:, rows : foot // 2, half] = colours[1:, 2 * rows : foot : 2, None]

    def _walls(self, cols: Index, line: Plane, foot: int, colours: Plane) -> None:
        top = int(np.clip(line[:, cols].min(initial=foot), 0, foot)) & ~1
        if top >= foot:
            return
        part = np.zeros((foot - top, len(cols)), np.float32)
        for heights in line[:, cols]:
            part += np.clip(self.rows[top:foot] - heights + np.float32(0.5), 0, 1)
        part /= len(line)
        y = self.y[top:foot, cols]
        self.y[top:foot, cols] = y + (colours[0, top:foot, None] - y) * part
        even = (cols & 1) == 0
        half, share = cols[even] // 2, part[::2, even]
        rows = slice(top // 2, foot // 2)
        c = self.c[:, rows, half]
        self.c[:, rows, half] = c + (colours[1:, top:foot:2, None] - c) * share

    def fill(self, mask: Plane, top: int, colours: Plane) -> None:
        """Paints one colour per row through a mask of full width; `top` must be even."""
        end = top + mask.shape[0]
        y = self.y[top:end]
        spare = self._scratch[: y.size].reshape(y.shape)
        np.subtract(colours[0, top:end, None], y, out=spare)
        spare *= mask
        y += spare
        c = self.c[:, top // 2 : end // 2]
        c += (colours[1:, top:end:2, None] - c) * halve(mask)

    def scatter(self, rows: Index, cols: Index, opacity: Plane, colour: Yuv) -> None:
        """Paints single pixels; where two fall on one place, one of them wins."""
        inside = (rows >= 0) & (rows < self.height) & (cols >= 0) & (cols < self.width)
        rows, cols, opacity = rows[inside], cols[inside], opacity[inside].astype(np.float32)
        flat = self.y.reshape(-1)
        index = rows * self.width + cols
        flat[index] += (np.float32(colour.y) - flat[index]) * opacity
        even = ((rows | cols) & 1) == 0
        index = (rows[even] >> 1) * (self.width // 2) + (cols[even] >> 1)
        for plane, value in zip(self.c, (colour.u, colour.v), strict=True):
            flat = plane.reshape(-1)
            flat[index] += (np.float32(value) - flat[index]) * opacity[even]
