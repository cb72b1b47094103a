"""What do boats, foxes and lighthouses look like from far away? One short drawing each."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from .noise import Rng
from .pen import Pen, Point

Drawing = Callable[[Pen, Rng], None]


def boat(pen: Pen, rng: Rng) -> None:
    pen.curve("-46,16 -20,12 20,12 50,18 47,14 38,0 20,-4 -24,-4 -38,0")
    pen.stroke([(0, 0.1), (0, 1.02)], 0.016)
    for sail in ("2,98 6,80 28,40 44,24 20,21 2,22", "-3,88 -3,24 -20,23 -36,25 -18,50"):
        pen.curve(sail)
        pen.curve(sail, "detail")


def person(pen: Pen, rng: Rng) -> None:
    pen.oval(0.01, 0.925, 0.055, 0.068)
    pen.curve("-3,87 4,87 11,83 13,70 12,55 13,38 -13,36 -12,55 -14,70 -10,83")
    pen.shape("-11,38 -1,38 -3,20 -5,0 -13,0 -10,18")
    pen.shape("1,38 11,38 10,20 12,0 4,0 4,18")
    pen.curve("-14,78 -9,80 -10,55 -13,40 -17,42 -16,60")
    pen.curve("9,80 14,78 17,60 18,42 14,40 11,55")


def umbrella(pen: Pen, rng: Rng) -> None:
    person(pen, rng)
    pen.stroke([(0.13, 0.5), (0.13, 1.12)], 0.014)
    pen.curve("-20,100 -10,109 13,115 36,109 46,100 35,103 24,100 13,103 2,100 -9,103")


def dog(pen: Pen, rng: Rng) -> None:
    pen.curve(
        "-44,61 -10,60 18,64 30,80 33,98 41,92 47,91 62,84 63,77 50,72 43,60 39,42 37,20 38,2 "
        "30,0 28,20 26,37 0,38 -20,42 -29,28 -30,14 -28,1 -37,0 -39,16 -45,32 -50,48 -60,70 "
        "-69,80 -72,76 -62,56 -52,56"
    )


def fox(pen: Pen, rng: Rng) -> None:
    pen.curve(
        "-38,60 -10,60 14,62 26,74 29,98 37,86 43,85 62,72 60,68 46,66 38,58 34,42 33,18 36,1 "
        "29,0 27,18 23,42 0,44 -18,46 -24,32 -26,14 -23,1 -31,0 -34,16 -38,34 -48,36 -66,20 "
        "-84,18 -92,27 -78,42 -58,56"
    )
    pen.curve("62,72 60,68 46,66 43,71", "detail")
    pen.curve("-92,27 -84,18 -75,19 -77,28 -82,34", "detail")


def cat(pen: Pen, rng: Rng) -> None:
    pen.curve(
        "-6,70 -18,54 -26,28 -25,6 -16,0 16,0 24,8 25,28 18,54 8,70 16,78 18,88 17,101 10,95 "
        "-8,95 -15,101 -16,88 -14,78"
    )
    pen.curve("18,4 34,2 46,10 48,28 42,42 40,26 36,14 24,12")


def deer(pen: Pen, rng: Rng) -> None:
    pen.curve(
        "-38,52 -10,50 14,53 24,66 28,80 38,82 50,74 48,70 38,69 33,58 28,42 26,20 27,0 22,0 "
        "20,20 17,36 -10,37 -24,38 -28,26 -29,12 -27,0 -33,0 -35,14 -38,30 -43,42 -46,52"
    )
    for side, lean in ((0.0, 0.0), (0.05, 0.06)):
        stem: list[Point] = [(0.3 + side, 0.8), (0.24 + lean, 0.94), (0.3 + lean, 1.08)]
        pen.stroke(stem, 0.022)
        for x, y in ((0.25, 0.9), (0.25, 0.98)):
            pen.stroke([(x + lean, y), (x + lean + 0.09, y + 0.09)], 0.016)


def horse(pen: Pen, rng: Rng) -> None:
    pen.curve(
        "-42,64 -30,66 -12,62 10,64 24,74 34,90 40,99 43,104 46,98 52,92 64,78 65,73 60,71 50,76 "
        "43,76 36,64 32,52 30,46 36,34 44,20 42,16 36,20 28,36 22,42 4,44 -18,46 -22,38 -14,20 "
        "-10,2 -16,0 -20,16 -30,32 -40,14 -50,2 -55,5 -47,18 -42,36 -45,50"
    )
    pen.curve("26,44 30,44 30,22 34,0 29,-1 25,20 22,40")
    pen.curve("-40,50 -32,46 -34,26 -28,4 -33,2 -40,24 -44,40")
    pen.curve("-42,66 -52,68 -66,56 -76,34 -64,44 -52,52 -44,58")
    pen.curve("40,102 30,94 20,78 12,66 22,66 34,80 44,96")


def whale(pen: Pen, rng: Rng) -> None:
    pen.curve(
        "66,40 62,52 44,62 14,64 -20,56 -46,46 -58,50 -70,64 -82,66 -76,52 -70,44 -80,34 -84,26 "
        "-70,28 -56,38 -34,34 -6,26 28,24 52,28"
    )
    pen.curve("14,30 22,28 12,8 0,4 4,16")
    pen.curve("66,40 52,28 28,24 0,27 24,34 48,38", "detail", 170)


def fish(pen: Pen, rng: Rng) -> None:
    pen.curve("50,50 36,62 8,68 -20,60 -36,52 -54,66 -50,50 -54,34 -36,48 -20,40 8,33 36,39")


def lighthouse(pen: Pen, rng: Rng) -> None:
    pen.shape("-10,4 10,4 6,78 -6,78")
    pen.shape("-9,78 9,78 9,81 -9,81")
    pen.shape("-5,81 5,81 5,91 -5,91")
    pen.curve("-7,91 7,91 3,97 0,101 -3,97")
    pen.curve("-62,-8 -40,4 -22,9 -8,8 8,9 24,6 38,3 60,-8")
    pen.shape("-4,82 4,82 4,90 -4,90", "detail")


def train(pen: Pen, rng: Rng) -> None:
    """Long and low: the scene gives it a wide box."""
    pen.curve("320,14 318,44 300,72 270,84 230,86 228,8 318,8")
    for left in range(-340, 220, 114):
        pen.shape(f"{left},12 {left},84 {left + 108},84 {left + 108},12")
        pen.shape(f"{left + 2},82 {left + 2},88 {left + 106},88 {left + 106},82")
        for x in range(left + 8, left + 98, 19):
            pen.shape(f"{x},50 {x},70 {x + 13},70 {x + 13},50", "detail")
        pen.oval((left + 22) / 100, 0.08, 0.09, 0.09)
        pen.oval((left + 86) / 100, 0.08, 0.09, 0.09)
    pen.shape("-340,18 -340,26 230,26 230,18")
    pen.shape("282,50 280,68 296,66 306,50", "detail")


def car(pen: Pen, rng: Rng) -> None:
    pen.curve(
        "-98,22 -100,42 -84,56 -58,60 -36,88 -8,94 24,90 48,62 84,54 98,42 100,24 92,16 -92,16"
    )
    for x in (-0.58, 0.6):
        pen.oval(x, 0.16, 0.19, 0.19)
        pen.oval(x, 0.16, 0.08, 0.08, "detail", 120)
    pen.shape("-48,62 -30,84 -6,87 -6,62", "detail", 150)
    pen.shape("0,62 0,87 20,83 38,62", "detail", 150)
    pen.oval(0.95, 0.4, 0.045, 0.05, "detail")


def tree(pen: Pen, rng: Rng) -> None:
    def branch(x: float, y: float, angle: float, length: float, width: float, level: int) -> None:
        end = (x + np.cos(angle) * length, y + np.sin(angle) * length)
        pen.stroke([(x, y), (float(end[0]), float(end[1]))], width)
        if level == 0:
            for dx, dy in rng.normal(0, 0.035, (3, 2)):
                size = float(rng.uniform(0.018, 0.045))
                pen.oval(float(end[0] + dx), float(end[1] + dy), size * 1.25, size)
            return
        for turn in rng.uniform(0.2, 0.62, 3) * np.array([-1, 0.2, 1]):
            short = length * float(rng.uniform(0.6, 0.82))
            branch(float(end[0]), float(end[1]), angle + float(turn), short, width * 0.6, level - 1)

    branch(0, -0.03, np.pi / 2, 0.27, 0.06, 5)
    pen.curve("-9,-4 -3,8 3,8 10,-4")


def palm(pen: Pen, rng: Rng) -> None:
    lean = float(rng.uniform(-0.25, 0.25))
    stem = [(lean * h * h, h * 0.86 - 0.03) for h in np.linspace(0, 1, 9)]
    for low, high in pairwise(stem):
        pen.stroke([low, high], 0.04 - 0.02 * low[1])
    x, y = stem[-1]
    for turn in np.linspace(-1.9, 1.9, 9) + rng.uniform(-0.12, 0.12, 9):
        along = np.linspace(0, 1, 8)
        out = 0.42 * along * np.sin(turn)
        rise = 0.3 * along * np.cos(turn * 0.7) - 0.34 * along**2 * (0.4 + abs(np.sin(turn)))
        upper = [(x + float(a), y + float(b)) for a, b in zip(out, rise, strict=True)]
        wide = 0.05 * np.sin(np.pi * along**0.7)
        lower = [(a, b - float(w)) for (a, b), w in zip(upper, wide, strict=True)]
        pen.draws["body"].polygon(pen.at([*upper, *reversed(lower)]), fill=255)


def balloon(pen: Pen, rng: Rng) -> None:
    outline = "0,100 20,97 35,84 39,66 32,48 16,30 9,23 -9,23 -16,30 -32,48 -39,66 -35,84 -20,97"
    pen.curve(outline)
    pen.shape("-7,0 7,0 8,11 -8,11")
    for x in (-0.07, 0.07):
        pen.stroke([(x, 0.1), (x * 1.3, 0.25)], 0.008)
    pen.curve("0,100 11,96 17,82 18,66 14,46 5,23 -5,23 -14,46 -18,66 -17,82 -11,96", "detail", 150)
    pen.curve("0,100 3,90 5,66 3,40 0,23 -3,40 -5,66 -3,90", "detail", 255)


def rocket(pen: Pen, rng: Rng) -> None:
    pen.curve("0,104 8,90 13,66 13,36 10,18 -10,18 -13,36 -13,66 -8,90")
    pen.curve("11,44 26,22 27,6 20,14 9,20")
    pen.curve("-11,44 -26,22 -27,6 -20,14 -9,20")
    pen.oval(0, 0.68, 0.05, 0.05, "detail")
    pen.curve("-6,17 6,17 3,4 0,-8 -3,4")
    pen.curve("-6,17 6,17 3,4 0,-8 -3,4", "detail")


def astronaut(pen: Pen, rng: Rng) -> None:
    pen.curve("-25,76 -14,80 14,80 18,72 18,44 -18,44 -25,50")
    pen.curve("-16,74 16,74 19,58 16,36 -16,36 -18,58")
    limbs = [
        ([(-0.09, 0.4), (-0.11, 0.22), (-0.19, 0.06)], 0.13),
        ([(0.09, 0.4), (0.15, 0.24), (0.12, 0.07)], 0.13),
        ([(-0.15, 0.66), (-0.27, 0.54), (-0.31, 0.4)], 0.1),
        ([(0.15, 0.66), (0.29, 0.68), (0.37, 0.8)], 0.1),
    ]
    for joints, width in limbs:
        pen.stroke(joints, width)
        for x, y in joints:
            pen.oval(x, y, width / 2, width / 2)
    for x, y in ((-0.2, 0.03), (0.13, 0.03)):
        pen.oval(x, y, 0.085, 0.05)
    pen.oval(0, 0.87, 0.145, 0.145)
    pen.oval(0.035, 0.875, 0.1, 0.085, "detail")
    pen.shape("-7,60 7,60 7,50 -7,50", "detail", 60)


def cabin(pen: Pen, rng: Rng) -> None:
    pen.shape("-44,-6 -44,46 44,46 44,-6")
    pen.shape("-56,42 0,88 56,42 50,40 -50,40")
    pen.shape("20,70 20,94 32,94 32,60")
    pen.shape("-30,14 -30,34 -12,34 -12,14", "detail")
    pen.shape("14,14 14,34 32,34 32,14", "detail")


def plane(pen: Pen, rng: Rng) -> None:
    pen.curve("72,50 60,57 20,60 -40,58 -66,54 -70,50 -40,46 20,43 60,45")
    pen.shape("-70,52 -76,80 -64,80 -46,56")
    pen.shape("14,50 -22,22 -34,22 -10,50")
    pen.shape("8,57 -12,72 -20,72 -8,57")


def cactus(pen: Pen, rng: Rng) -> None:
    pen.stroke([(0, -0.04), (0, 0.94)], 0.15)
    pen.oval(0, 0.94, 0.075, 0.075)
    for side, low, high in ((-1, 0.36, 0.7), (1, 0.5, 0.82)):
        pen.stroke([(0, low), (side * 0.24, low), (side * 0.24, high)], 0.1)
        pen.oval(side * 0.24, high, 0.05, 0.05)
        pen.oval(side * 0.24, low, 0.05, 0.05)


def windmill(pen: Pen, rng: Rng) -> None:
    pen.shape("-16,-5 16,-5 10,66 -10,66")
    pen.curve("-12,65 12,65 8,76 0,80 -8,76")
    pen.shape("-4,24 -4,34 4,34 4,24", "detail")
    turn = float(rng.uniform(0.2, 0.7))
    for arm in range(4):
        angle = turn + arm * np.pi / 2
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        hub = np.array([0.0, 0.7])
        pen.stroke([tuple(hub), tuple(hub + along * 0.44)], 0.018)
        for at in np.linspace(0.12, 0.42, 9):
            start = hub + along * at
            pen.stroke([tuple(start), tuple(start + across * 0.09)], 0.02)


def lantern(pen: Pen, rng: Rng) -> None:
    body = "-22,10 -30,40 -30,70 -20,90 0,96 20,90 30,70 30,40 22,10"
    pen.curve(body)
    pen.curve(body, "detail", 235)


def dancer(pen: Pen, rng: Rng) -> None:
    """An arabesque."""
    pen.oval(0.13, 0.93, 0.05, 0.062)
    pen.oval(0.09, 0.985, 0.028, 0.026)
    pen.curve("1,50 10,52 14,62 15,76 17,86 11,88 6,84 2,72 -1,60")
    pen.curve("-30,62 -14,47 2,43 24,46 27,51 14,56 0,58 -14,60")
    pen.curve("2,50 9,50 8,28 6,10 7,-1 2,-1 2,12 0,30")
    pen.curve("0,56 -2,49 -26,58 -48,73 -62,84 -46,80 -24,68")
    pen.curve("14,82 14,77 32,86 50,98 48,101 30,91")
    pen.curve("8,83 8,77 -12,82 -30,80 -30,83 -12,87")


def camel(pen: Pen, rng: Rng) -> None:
    pen.curve(
        "-41,62 -27,66 -16,82 -6,92 6,84 16,67 28,62 36,72 41,90 47,99 60,96 66,90 64,86 53,87 "
        "50,76 45,60 37,50 31,44 31,24 33,0 27,0 25,22 21,42 -4,43 -21,42 -25,24 -24,0 -30,0 "
        "-33,22 -36,42 -44,50 -47,40"
    )
    pen.curve("29,44 22,42 18,22 16,0 21,0 24,20")
    pen.curve("-22,44 -30,42 -36,22 -39,0 -34,0 -30,20")


def car_rear(pen: Pen, rng: Rng) -> None:
    pen.curve("-76,18 -80,44 -70,58 -52,64 -42,88 -30,96 30,96 42,88 52,64 70,58 80,44 76,18")
    pen.shape("-70,0 -70,24 -46,24 -46,0")
    pen.shape("70,0 70,24 46,24 46,0")
    pen.shape("-40,66 -32,86 32,86 40,66", ink=96)
    for side in (-1, 1):
        pen.curve(f"{side * 72},44 {side * 70},54 {side * 46},52 {side * 46},45", "detail")
    pen.shape("-44,47 -44,50 44,50 44,47", "detail", 150)


def table(pen: Pen, rng: Rng) -> None:
    """A laid table with a vase, fruit and a chair: a still life."""
    pen.shape("-78,58 78,58 78,62 -78,62")
    for x in (-70, -64, 66, 72):
        pen.shape(f"{x},-2 {x + 3},-2 {x + 4},58 {x - 1},58")
    pen.curve("-46,62 -52,72 -48,82 -43,88 -44,93 -32,93 -33,88 -28,82 -24,72 -30,62")
    for turn in rng.uniform(-0.9, 0.9, 7):
        tip = (-0.38 + 0.34 * np.sin(turn), 0.93 + 0.36 * np.cos(turn))
        bend = (-0.38 + 0.1 * np.sin(turn), 0.93 + 0.2 * np.cos(turn))
        pen.stroke([(-0.38, 0.9), bend, tip], 0.012)
        for part in (0.45, 0.72, 1.0):
            x, y = (bend[i] + (tip[i] - bend[i]) * part for i in (0, 1))
            pen.oval(float(x), float(y), 0.035 * float(rng.uniform(0.7, 1.4)), 0.026)
    pen.curve("6,70 12,63 34,63 40,70 30,69 16,69")
    for fruit in (0.15, 0.23, 0.31):
        pen.oval(fruit, 0.715, 0.045, 0.042)
    pen.shape("52,62 52,72 63,72 63,62")
    pen.stroke([(0.62, 0.7), (0.67, 0.68), (0.63, 0.65)], 0.012)
    pen.shape("98,-2 102,-2 104,38 100,38")
    pen.shape("132,-2 136,-2 137,38 133,38")
    pen.shape("96,37 140,37 140,41 96,41")
    pen.curve("132,40 138,40 144,98 139,99")
    pen.shape("137,84 143,84 144,99 139,99")


def pendant(pen: Pen, rng: Rng) -> None:
    pen.stroke([(0, 0.3), (0, 3.4)], 0.02)
    pen.curve("-34,4 -26,22 -8,33 8,33 26,22 34,4 0,2")
    pen.curve("-26,4 0,8 26,4 0,-4", "detail")


def bough(pen: Pen, rng: Rng) -> None:
    """A bare branch that grows to the right from its foot."""
    for high in (0.12, 0.42):
        reach, rise = float(rng.uniform(0.5, 0.85)), float(rng.uniform(-0.08, 0.18))
        middle = (reach * 0.5, high + rise * 0.2)
        pen.stroke([(-0.1, high), middle, (reach, high + rise)], 0.03)
        for part, drop in ((0.25, 0.12), (0.55, -0.1), (0.75, 0.1)):
            start = (reach * part, high + rise * part * 0.6)
            pen.stroke([start, (start[0] + 0.16, start[1] + drop)], 0.014)


def bird(pen: Pen, rng: Rng, beat: float = 0.5) -> None:
    """Seen from the side in flight; `beat` 0..1 lifts the wings."""
    lift = 0.62 * beat - 0.2
    for side in (-1, 1):
        wing = [
            (0.0, 0.53),
            (side * 0.2, 0.55 + lift * 0.5),
            (side * 0.5, 0.5 + lift * 0.72),
            (side * 0.24, 0.49 + lift * 0.36),
            (0.0, 0.45),
        ]
        pen.draws["body"].polygon(pen.at(wing), fill=255)
    pen.oval(0.0, 0.49, 0.075, 0.042)


DRAWINGS: dict[str, Drawing] = {
    f.__name__: f
    for f in (
        boat, person, umbrella, dog, fox, cat, deer, horse, whale, fish, lighthouse, train, car,
        tree, balloon, rocket, astronaut, cabin, plane, cactus, windmill, lantern, bird,
        dancer, camel, car_rear, palm, table, pendant, bough,
    )
}  # fmt: skip
