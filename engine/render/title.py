"""What is written on the clip? A short title from the prompt's words, and a slate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageFont

from .camera import View
from .canvas import Canvas, Soft
from .colour import Plane, Yuv
from .spec import FPS
from .stage import Stage
from .vocabulary import LOOSE, OPENING

FONT = Path(__file__).parent.parent / "fonts" / "NotoSerifDisplay-SemiCondensedSemiBold.subset.ttf"
MAX_LETTERS = 38
MAX_WORDS = 7
# Space between capitals, as a share of the size.
TRACK = 0.13
CLAUSE = re.compile(r"[.,;:!?()\[\]{}\"“”„«»|/\\\n…]|\s[-–—]+\s")
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def title_of(prompt: str) -> list[str]:
    """The words of the title in capitals; empty where the typeface lacks the script."""
    for clause in CLAUSE.split(prompt[:600]):
        words = WORD.findall(clause)
        while words and words[0].lower() in OPENING:
            words.pop(0)
        capitals = [word.upper() for word in _cut(words)]
        if capitals and all(_drawn(word) for word in capitals):
            return capitals
    return []


def _cut(words: list[str]) -> list[str]:
    """As many words as a title bears; a phrase that does not fit whole is left out whole."""
    chosen: list[str] = []
    for word in words[:MAX_WORDS]:
        if len(" ".join([*chosen, word])) > MAX_LETTERS:
            break
        chosen.append(word)
    if len(chosen) < len(words) and words[len(chosen)].lower() not in LOOSE:
        whole = next((i for i in reversed(range(1, len(chosen))) if chosen[i].lower() in LOOSE), 0)
        chosen = chosen[:whole] or chosen
    while len(chosen) > 1 and chosen[-1].lower() in LOOSE:
        chosen.pop()
    return chosen


def _drawn(word: str) -> bool:
    font = _font(20)
    missing = bytes(font.getmask("\uffff"))
    return all(bytes(font.getmask(letter)) != missing for letter in word)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # The basic layout: it is the same on every machine, and titles are spaced by hand anyway.
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


@dataclass
class Letter:
    mask: Plane
    x: float
    y: float
    # Share of the way from the fixed end of its line, -1..1: the tracking widens from there.
    away: float


def _glyph(letter: str, size: int) -> tuple[Plane, int, int]:
    """The letter's opacity, cropped, and where it hangs from the pen's place."""
    font = _font(size)
    core = font.getmask(letter, mode="L")
    left, top, *_ = font.getbbox(letter)
    if not core.size[0] or not core.size[1]:
        return np.zeros((1, 1), np.float32), 0, 0
    pixels = np.asarray(core, np.float32).reshape(core.size[1], core.size[0])
    return pixels / np.float32(255), int(left), int(top)


def _shadow(letters: list[Letter], blur: float) -> tuple[Soft, tuple[int, int]]:
    """One soft dark sheet under all the letters, at an even place."""
    edge = int(blur * 3) + 4
    left = (int(min(m.x for m in letters)) - edge) & ~1
    top = (int(min(m.y for m in letters)) - edge) & ~1
    right = int(max(m.x + m.mask.shape[1] for m in letters)) + edge
    foot = int(max(m.y + m.mask.shape[0] for m in letters)) + edge
    sheet = np.zeros((foot - top + 1 & ~1, right - left + 1 & ~1), np.float32)
    for m in letters:
        rows = slice(round(m.y) - top, round(m.y) - top + m.mask.shape[0])
        cols = slice(int(m.x) - left, int(m.x) - left + m.mask.shape[1])
        sheet[rows, cols] = np.maximum(sheet[rows, cols], m.mask)
    image = Image.fromarray((sheet * 255).astype(np.uint8))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(blur)), np.float32) / 255
    return Soft.of(np.minimum(soft * 1.5, 1)), (left, top)


class Title:
    """The title low in the frame; it comes and goes softly, its tracking slowly widening."""

    def __init__(self, stage: Stage, words: list[str], ground: Plane) -> None:
        self.seconds = stage.spec.seconds
        # An upright frame has its empty space in the sky: there a subject stays uncovered.
        self.high = stage.crowded or (stage.width < stage.height and stage.focus is not None)
        self.align = _alignment(stage)
        narrow = stage.width < stage.height
        size = max(int(stage.unit * 0.05), 9)
        lines = _lines(words, stage.width * (0.8 if narrow else 0.58), size)
        longest = max(_width(line, 100) for line in lines) / 100
        self.size = max(min(size, int(stage.width * 0.84 / longest)), 8)
        self.spread = self.size * 0.16
        self.letters = list(self._set(lines, stage))
        left, right = min(m.x for m in self.letters), max(m.x for m in self.letters)
        top, foot = self.letters[0].y, self.letters[-1].y + self.size
        self.colour, self.shade = _inks(stage, ground, (left, top, right, foot))
        self.shadow, self.corner = _shadow(self.letters, max(self.size * 0.28, 1.0))

    def _set(self, lines: list[str], stage: Stage) -> Iterator[Letter]:
        font, track = _font(self.size), self.size * TRACK
        leading = self.size * 1.2
        y = stage.height * 0.1 if self.high else stage.height * 0.925 - leading * len(lines)
        margin = min(stage.width, stage.height) * 0.075
        for line in lines:
            width = _width(line, self.size)
            free = stage.width - width
            start = {-1: margin, 0: free / 2, 1: free - margin}[self.align]
            x = start
            for letter in line:
                away = (x - start) / max(width, 1) * 2 - 1 - self.align
                if letter != " ":
                    mask, left, top = _glyph(letter, self.size)
                    yield Letter(mask, x + left, y + top, away)
                x += font.getlength(letter) + track
            y += leading

    def _shown(self, t: float) -> float:
        """0..1: in within the first second, out before the end."""
        hold = min(self.seconds * 0.8, 6.0)
        rise = min(0.75, self.seconds * 0.22)
        come = (t - rise * 0.4) / rise
        go = (hold + rise * 0.6 - t) / rise
        part = float(np.clip(min(come, go), 0, 1))
        return part * part * (3 - 2 * part)

    def draw(self, canvas: Canvas, view: View) -> None:
        shown = self._shown(view.t)
        if shown <= 0:
            return
        canvas.wash(self.shadow, *self.corner, self.shade, 0.6 * shown)
        wide = self.spread * (view.t / max(min(self.seconds, 7), 1) - 0.5) * 2
        for letter in self.letters:
            x = letter.x + letter.away * wide
            whole = int(np.floor(x))
            part = np.float32(x - whole)
            mask = letter.mask * np.float32(shown * 0.97)
            moved = np.zeros((mask.shape[0], mask.shape[1] + 1), np.float32)
            moved[:, :-1] = mask * (1 - part)
            moved[:, 1:] += mask * part
            canvas.paint(moved, whole, round(letter.y), self.colour)


def _inks(stage: Stage, ground: Plane, box: tuple[float, ...]) -> tuple[Yuv, Yuv]:
    """Letters and their shadow for what lies under a box: light on dark, or dark on light."""
    left, top, right, foot = (max(int(side), 0) for side in box)
    under = ground[top : foot + 1, left : right + 1]
    pair = (stage.palette.paper.yuv(), stage.palette.ink.yuv())
    # 148 of 16..235: there dark letters begin to read better than light ones.
    return pair[::-1] if under.size and float(under.mean()) > 148 else pair


def _alignment(stage: Stage) -> int:
    """-1 left, 0 centred, 1 right: away from the subject, where there is one."""
    if stage.width < stage.height:
        return 0
    if stage.crowded:
        return -1 if stage.light.x > stage.width / 2 else 1
    if stage.focus is not None:
        return -1 if stage.focus > stage.width / 2 else 1
    return -1 if stage.rng("title").random() < 0.65 else 0


def _width(line: str, size: int) -> float:
    return _font(size).getlength(line) + (len(line) - 1) * size * TRACK


def _lines(words: list[str], max_width: float, size: int) -> list[str]:
    """The words on as few lines as fit `max_width`, balanced."""
    count = min(int(_width(" ".join(words), size) / max_width) + 1, 3, len(words))
    lines, rest = [], list(words)
    for left in range(count, 0, -1):
        goal = len(" ".join(rest)) / left
        line = [rest.pop(0)]
        while rest and len(rest) >= left:
            longer = len(" ".join([*line, rest[0]]))
            if left > 1 and longer > goal + 2:
                break
            line.append(rest.pop(0))
        lines.append(" ".join(line))
    return lines


class Slate:
    """SKETCH and the running time, small in the upper corners."""

    def __init__(self, stage: Stage, ground: Plane) -> None:
        self.size = max(round(stage.unit * 0.0185), 9)
        self.start = stage.spec.start * FPS
        self.margin = round(min(stage.width, stage.height) * 0.05)
        self.glyphs = {c: _glyph(c, self.size) for c in "SKETCH0123456789:"}
        font = _font(self.size)
        self.advance = {c: font.getlength(c) + self.size * 0.16 for c in self.glyphs}
        digit = max(self.advance[c] for c in "0123456789")
        self.advance.update(dict.fromkeys("0123456789", digit))
        self.word = self._sheet("SKETCH")
        corner = (self.margin, self.margin // 2, stage.width - self.margin, self.margin + self.size)
        self.colour, self.shade = _inks(stage, ground, corner)

    def _sheet(self, text: str) -> Plane:
        """The text's opacity; digits stand in columns of one width."""
        width = int(sum(self.advance[c] for c in text)) + 3
        sheet = np.zeros((self.size * 3 // 2, width), np.float32)
        x = 0.0
        for letter in text:
            mask, left, top = self.glyphs[letter]
            at = slice(round(x) + left, round(x) + left + mask.shape[1])
            sheet[top : top + mask.shape[0], at] += mask
            x += self.advance[letter]
        return np.minimum(sheet, 1) * np.float32(0.8)

    def draw(self, canvas: Canvas, view: View) -> None:
        frame = round(view.t * FPS) + self.start
        seconds = frame // FPS
        code = self._sheet(f"{seconds // 60:02d}:{seconds % 60:02d}:{frame % FPS:02d}")
        y = self.margin - self.size // 2
        for sheet, x in (
            (self.word, self.margin),
            (code, canvas.width - self.margin - code.shape[1]),
        ):
            canvas.paint(sheet * np.float32(0.5), x + 1, y + 1, self.shade)
            canvas.paint(sheet, x, y, self.colour)


def lettering(stage: Stage, ground: Plane) -> None:
    """Adds title and slate where the frame has room for them; `ground` is the luma of a frame
    that shows what they will lie on."""
    smallest = min(stage.width, stage.height)
    words = title_of(stage.scene.prompt)
    if words and smallest >= 120:
        stage.add(Title(stage, words, ground))
    if smallest >= 160:
        stage.add(Slate(stage, ground))
