"""Where does the camera look at a moment?

Depth is 0 for what is infinitely far and 1 for the foreground; more is nearer than that.
Positions are pixels of a frame that the camera has not moved from.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .noise import Rng, Row, Wave

# Even the farthest thing takes part in a pan a little: the head turns as it moves.
FLOOR = 0.18
SKY_MARGIN = 0.12


@dataclass(frozen=True)
class View:
    """The camera at one moment: `t` seconds, `u` 0..1 of the clip."""

    t: float
    u: float
    width: int
    height: int
    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    def reach(self, depth: float) -> float:
        return FLOOR + (1 - FLOOR) * depth

    def scale(self, depth: float) -> float:
        return 1 + (self.zoom - 1) * self.reach(depth)

    def sx(self, x: float, depth: float) -> float:
        """World to screen, across."""
        middle = self.width / 2
        return middle + (x - middle - self.x * self.reach(depth)) * self.scale(depth)

    def sy(self, y: float, depth: float) -> float:
        """World to screen, down."""
        middle = self.height * 0.55
        return middle + (y - middle - self.y * self.reach(depth)) * self.scale(depth)

    def columns(self, depth: float, samples: int = 1) -> Row:
        """The world's x under each pixel column (`samples` of them in each)."""
        middle = self.width / 2
        screen = (np.arange(self.width * samples) + 0.5) / samples
        return middle + self.x * self.reach(depth) + (screen - middle) / self.scale(depth)

    def heights(self, world: Row, depth: float) -> Row:
        middle = self.height * 0.55
        return middle + (world - middle - self.y * self.reach(depth)) * self.scale(depth)


Move = Callable[[float, float], tuple[float, float, float]]


def _eased(u: float) -> float:
    """Starts and ends softly, runs evenly between."""
    return 0.65 * u + 0.35 * u * u * (3 - 2 * u)


def _move(name: str, rng: Rng, seconds: int) -> Move:
    """The named move as a function of (time, 0..1): across, down (shares of frame), zoom."""
    far = min(0.10 + 0.028 * seconds, 0.45)
    side = 1.0 if rng.random() < 0.5 else -1.0
    sway = Wave(rng, 3)
    moves: dict[str, Move] = {
        "static": lambda t, u: (0.0, 0.0, 1.0),
        "pan left": lambda t, u: (far * (0.5 - u), 0.0, 1.02),
        "pan right": lambda t, u: (far * (u - 0.5), 0.0, 1.02),
        "pan": lambda t, u: (side * far * (u - 0.5), 0.0, 1.02),
        "tilt up": lambda t, u: (0.0, far * 0.5 * (0.6 - u), 1.02),
        "tilt down": lambda t, u: (0.0, far * 0.5 * (u - 0.6), 1.02),
        "crane": lambda t, u: (side * 0.03 * u, far * 0.45 * (0.6 - u), 1 + 0.06 * u),
        "push in": lambda t, u: (side * 0.02 * u, 0.0, 1 + far * 0.9 * u),
        "pull out": lambda t, u: (side * 0.02 * u, 0.0, 1 + far * 0.9 * (1 - u)),
        "dolly": lambda t, u: (side * far * 0.9 * (u - 0.5), 0.0, 1.03 + 0.05 * u),
        "orbit": lambda t, u: (
            side * far * 0.8 * float(np.sin((u - 0.5) * np.pi)),
            -0.02 * float(np.cos((u - 0.5) * np.pi)),
            1.0 + 0.12 * float(np.cos((u - 0.5) * np.pi)),
        ),
        "handheld": lambda t, u: (
            0.02 * float(sway(np.array([t * 1.1]))[0]) + side * 0.03 * (u - 0.5),
            0.014 * float(sway(np.array([t * 1.3 + 99]))[0]),
            1.04,
        ),
        "drift": lambda t, u: (side * far * 0.55 * (u - 0.5), 0.0, 1 + 0.05 * u),
    }
    return moves[name]


class Camera:
    def __init__(self, name: str, rng: Rng, size: tuple[int, int], seconds: int) -> None:
        self.width, self.height = size
        self.seconds = seconds
        if not name:
            name = str(rng.choice(["drift", "drift", "dolly", "push in", "pull out", "crane"]))
        self.name = name
        self.move = _move(name, rng, seconds)
        self.weave = Wave(rng, 2)

    def at(self, t: float) -> View:
        u = t / self.seconds
        across, down, zoom = self.move(t, _eased(u))
        # The unsteadiness of film in a projector's gate, well under a pixel at most sizes.
        gate = float(self.weave(np.array([t * 2.3]))[0]) * 0.0007
        side = min(self.width, self.height * 1.3)
        limit = SKY_MARGIN / FLOOR
        x = float(np.clip(across, -limit, limit)) * side
        y = float(np.clip(down + gate, -limit, limit)) * self.height
        return View(t, u, self.width, self.height, x, y, zoom)
