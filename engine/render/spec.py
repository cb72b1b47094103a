"""What should a clip show, and in which size and length?"""

from dataclasses import dataclass

FPS = 24


@dataclass(frozen=True)
class ClipSpec:
    """What to draw. `width` and `height` are even pixels, `seconds` whole seconds.

    `reference` is an image (PNG, JPEG or WebP) of exactly width x height; `hd` asks for the
    finer and slower drawing. What is left to chance depends on
    the seed and on `look`, the prompt itself where that is empty: clips of other prompts with the
    same look are alike. `start` is the second at which the time on the slate begins.
    """

    prompt: str
    width: int
    height: int
    seconds: int
    seed: int
    hd: bool
    reference: bytes | None = None
    look: str = ""
    start: int = 0

    @property
    def frames(self) -> int:
        return self.seconds * FPS
