"""Who draws the frames? Two threads, each with a canvas; the frames come out in order."""

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from av import VideoFrame

from .camera import Camera, View
from .canvas import Canvas
from .finish import Finish
from .scenes.compose import compose
from .spec import FPS
from .stage import Stage
from .title import lettering

WORKERS = 2


class Artist:
    """Draws any frame of a clip: drawing one depends on its number alone."""

    def __init__(self, stage: Stage, canvases: int = WORKERS) -> None:
        self.stage = stage
        spec = stage.spec
        self.camera = Camera(
            stage.scene.camera, stage.rng("camera"), (spec.width, spec.height), spec.seconds
        )
        with ThreadPoolExecutor(1) as helper:
            finish = helper.submit(Finish, stage)
            scout = Canvas(spec.width, spec.height)
            self._paint(scout, self.camera.at(spec.seconds * 0.45))
            lettering(stage, scout.y)
            self.finish = finish.result()
        self.free: SimpleQueue[Canvas] = SimpleQueue()
        for _ in range(canvases):
            self.free.put(Canvas(spec.width, spec.height))

    def _paint(self, canvas: Canvas, view: View) -> None:
        for layer in self.stage.layers:
            layer.draw(canvas, view)

    def frame(self, number: int) -> VideoFrame:
        canvas = self.free.get()
        try:
            self._paint(canvas, self.camera.at(number / FPS))
            return self.finish.frame(canvas, number)
        finally:
            self.free.put(canvas)


def frames(artist: Artist) -> Generator[VideoFrame]:
    """All frames in order, a few of them drawn ahead while others are encoded."""
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="artist")
    ahead: deque[Future[VideoFrame]] = deque()
    try:
        for number in range(artist.stage.spec.frames):
            ahead.append(pool.submit(artist.frame, number))
            if len(ahead) > WORKERS + 1:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


__all__ = ["Artist", "compose", "frames"]
