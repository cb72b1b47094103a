"""What does a scene build on? The clip's size, palette and seed, and the growing pile of layers."""

from dataclasses import dataclass, field
from typing import Protocol

from .camera import View
from .canvas import Canvas
from .noise import Rng, stream
from .palette import Palette
from .spec import ClipSpec
from .words import Scene, Subject, clean


class Layer(Protocol):
    """Something that paints itself. Drawing changes nothing in the layer: frames are drawn by
    several threads, in any order."""

    def draw(self, canvas: Canvas, view: View) -> None: ...


@dataclass
class Light:
    """The sun or the moon: where it stands and how large it is, in pixels."""

    x: float
    y: float
    radius: float


@dataclass
class Stage:
    spec: ClipSpec
    scene: Scene
    palette: Palette
    light: Light
    layers: list[Layer] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)
    # Where across the picture its subject stands, in pixels, if it has one.
    focus: float | None = None
    # The subject fills the lower part of the picture from side to side.
    crowded: bool = False

    @property
    def width(self) -> int:
        return self.spec.width

    @property
    def height(self) -> int:
        return self.spec.height

    @property
    def unit(self) -> float:
        """A length that looks alike in landscape and portrait."""
        return float((self.width * self.height) ** 0.5)

    @property
    def night(self) -> bool:
        return self.scene.time == "night"

    def rng(self, purpose: str) -> Rng:
        """Random numbers for one purpose; the same for the same look and seed at any size."""
        return stream(clean(self.spec.look) or self.scene.prompt, self.spec.seed, purpose)

    def add(self, *layers: Layer) -> None:
        self.layers.extend(layers)

    def subject(self, *names: str) -> Subject | None:
        return next((s for s in self.scene.subjects if s.name in names), None)
