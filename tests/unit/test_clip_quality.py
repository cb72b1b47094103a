"""What looks wrong with a clip is found in a few small frames, and what only looks odd is not."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from videos.frames.preview import stills
from videos.frames.quality import SAMPLES, Sampler, detections_of, is_silent

RATE = 24
Paint = Callable[[int], Any]


def clip(path: Path, paint: Paint, *, seconds: float = 4, size: tuple[int, int] = (96, 64)) -> Path:
    """A clip as a provider would make it, with frames that others do not refer to."""
    width, height = size
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=RATE, options={"preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(int(seconds * RATE)):
            pixels = np.zeros((height, width, 3), np.uint8)
            pixels[:] = paint(number)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode())
    return path


def kinds(path: Path) -> dict[str, float]:
    sampler = Sampler()
    stills(path, sampler)
    assert 4 <= len(sampler.samples) <= SAMPLES
    return {each.kind: each.at for each in detections_of(sampler)}


def scene(number: int) -> Any:
    """A bright field in which a bar moves."""
    pixels = np.full((64, 96, 3), 120, np.uint8)
    left = number % 86
    pixels[:, left : left + 10] = 230
    return pixels


def only_until(frame: int, paint: Paint, then: Paint) -> Paint:
    return lambda number: paint(number) if number < frame else then(number)


FOUND: dict[str, tuple[Paint, dict[str, float]]] = {
    "black": (lambda number: 0, {"black": 0}),
    "black at the end": (only_until(48, scene, lambda number: 0), {"black": 2}),
    "almost black": (lambda number: 3 + number % 3, {"black": 0}),
    "frozen": (lambda number: scene(0), {"frozen": 0}),
    "frozen half way": (only_until(48, scene, lambda number: scene(47)), {"frozen": 2}),
    "strobing, each frame": (lambda number: 230 * (number % 2), {"flashing": 0}),
    "strobing, each third": (lambda number: 40 + 150 * (number // 3 % 2), {"flashing": 0}),
}
FINE: dict[str, Paint] = {
    "a scene": scene,
    "a fade from black": lambda number: np.minimum(scene(number), min(number * 12, 255)),
    "a night with a lamp": lambda number: np.where(scene(number) > 200, 255, 2),
    "a slow pan": lambda number: np.roll(
        np.tile(np.linspace(0, 255, 96), (64, 1))[..., None].repeat(3, 2), number // 4, 1
    ).astype(np.uint8),
    "a cut each second": lambda number: 60 + scene(number) // 2 + 60 * (number // RATE % 2),
    "a flash of lightning": lambda number: 255 if number in (40, 41) else scene(number),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_flaw_is_found_where_it_begins(tmp_path: Path, name: str) -> None:
    paint, expected = FOUND[name]
    findings = kinds(clip(tmp_path / "clip.mp4", paint))
    assert set(findings) == set(expected)
    for kind, at in expected.items():
        assert findings[kind] == pytest.approx(at, abs=0.7)


@pytest.mark.parametrize("name", FINE)
def test_what_is_only_unusual_is_not_a_flaw(tmp_path: Path, name: str) -> None:
    assert kinds(clip(tmp_path / "clip.mp4", FINE[name])) == {}


@pytest.mark.parametrize("seconds", [0.1, 1, 20])
def test_clips_of_any_length_are_looked_at(tmp_path: Path, seconds: float) -> None:
    sampler = Sampler()
    stills(clip(tmp_path / "clip.mp4", lambda number: 0, seconds=seconds), sampler)
    assert len(sampler.samples) <= SAMPLES
    assert [each.kind for each in detections_of(sampler)] == (["black"] if seconds > 0.1 else [])


def sound(path: Path, level: float) -> Path:
    with av.open(str(path), "w") as out:
        track: Any = out.add_stream("aac", rate=8000, layout="mono")
        wave = np.sin(np.arange(8000, dtype=np.float32) / 5)[None] * level
        for number in range(2):
            frame = av.AudioFrame.from_ndarray(wave.astype(np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 8000, number * 8000
            frame.time_base = Fraction(1, 8000)
            out.mux(track.encode(frame))
        out.mux(track.encode())
    return path


@pytest.mark.parametrize(("level", "silent"), [(0, True), (0.5, False), (0.02, False)])
def test_silence_is_distinguished_from_quiet_sound(
    tmp_path: Path, level: float, silent: bool
) -> None:
    assert is_silent(str(sound(tmp_path / "clip.mp4", level))) == silent


def test_a_clip_without_a_track_is_silent_and_an_unreadable_one_is_not(tmp_path: Path) -> None:
    assert is_silent(str(clip(tmp_path / "clip.mp4", scene, seconds=0.5)))
    (tmp_path / "text.mp4").write_text("no clip")
    assert not is_silent(str(tmp_path / "text.mp4"))
