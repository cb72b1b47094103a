"""What makes it look like film? Darker corners, paper and grain; then eight bits."""

import numpy as np
from av import VideoFrame

from .canvas import Canvas
from .noise import field
from .stage import Stage

MARGIN = 64


class Finish:
    """Turns a painted canvas into a frame of the encoder."""

    def __init__(self, stage: Stage) -> None:
        width, height = stage.width, stage.height
        rng = stage.rng("grain")
        x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        corner = np.clip((x * x + y * y) / 2, 0, 1)
        self.keep = 1 - 0.34 * corner**1.5
        paper = field(rng, height, width, (9, 9 * width / height), 5) - 0.5
        # The paper is still and hides steps in the gradients at no cost to the encoder.
        still = rng.standard_normal((height, width), dtype=np.float32)
        strength = 1.0 if stage.spec.hd else 0.9
        self.add = 16 * (1 - self.keep) + 2.6 * paper + strength * still
        size = (height + MARGIN, width + MARGIN)
        grain = rng.standard_normal(size, dtype=np.float32)
        grain = grain + np.roll(grain, 1, axis=1) + np.roll(grain, 1, axis=0)
        self.grain = grain * np.float32((0.95 if stage.spec.hd else 0.75) / 1.732)
        self.offsets = rng.integers(0, MARGIN, (512, 2))

    def frame(self, canvas: Canvas, number: int) -> VideoFrame:
        """The canvas as yuv420p; the canvas is used up."""
        # Grain on twos, as in drawn film: half the cost, and calmer.
        dy, dx = self.offsets[(number // 2) % len(self.offsets)]
        y = canvas.y
        y *= self.keep
        y += self.add
        y += self.grain[dy : dy + canvas.height, dx : dx + canvas.width]
        np.maximum(y, 16, out=y)
        np.minimum(y, 235, out=y)
        frame = VideoFrame(canvas.width, canvas.height, "yuv420p")
        for plane, source in zip(frame.planes, (y, *canvas.c), strict=True):
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            target = rows[: source.shape[0], : source.shape[1]]
            np.copyto(target, source, casting="unsafe")
        return frame
