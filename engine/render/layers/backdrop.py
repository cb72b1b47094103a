"""How is a given picture the ground of a clip? It is moved under the lens, slowly."""

import io

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Canvas
from ..colour import rgb_to_yuv
from ..spec import ClipSpec


class Backdrop:
    """The reference picture; the camera's zoom and pan choose the part that is seen."""

    MARGIN = 0.06

    def __init__(self, spec: ClipSpec) -> None:
        assert spec.reference is not None
        with Image.open(io.BytesIO(spec.reference)) as image:
            picture = image.convert("RGB").resize((spec.width, spec.height))
        rgb = np.asarray(picture, np.float32).transpose(2, 0, 1) / 255
        yuv = rgb_to_yuv(rgb).astype(np.float32)
        self.luma = Image.fromarray(yuv[0])
        size = (spec.width // 2, spec.height // 2)
        self.chroma = [
            Image.fromarray(p).resize(size, Image.Resampling.BOX) for p in (yuv[1], yuv[2])
        ]

    def draw(self, canvas: Canvas, view: View) -> None:
        # At least a little is cut off all round, so that the view has room to move.
        zoom = min(
            max(1 + (view.zoom - 1) * 0.5 + 2 * self.MARGIN * (0.5 + 0.5 * view.u), 1.02), 1.4
        )
        wide, tall = canvas.width / zoom, canvas.height / zoom
        free = (canvas.width - wide, canvas.height - tall)
        left = float(np.clip(free[0] / 2 + view.x * 0.25, 0, free[0]))
        top = float(np.clip(free[1] / 2 + view.y * 0.25, 0, free[1]))
        box = (left, top, left + wide, top + tall)
        smooth = Image.Resampling.BILINEAR
        canvas.y[:] = np.asarray(self.luma.resize((canvas.width, canvas.height), smooth, box))
        half = (left / 2, top / 2, (left + wide) / 2, (top + tall) / 2)
        for plane, image in zip(canvas.c, self.chroma, strict=True):
            size = (canvas.width // 2, canvas.height // 2)
            plane[:] = np.asarray(image.resize(size, smooth, half))
