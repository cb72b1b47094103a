"""Is a clip black, frozen or flashing?

Works on a few small grey frames that are taken while the poster is made, so it costs little. Groups
of neighbouring frames are taken all over the clip: neighbours show flashes, distant frames show
whether anything moves.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation

SAMPLES, GROUP = 48, 3
UNEVEN = 0.618
SIDE = 32
# Grey values go from 0 to 255.
BLACK_MEAN, BLACK_BRIGHTEST = 8.0, 24.0
STILL = 0.8
FLASH = 30.0
# How much of the clip must be so: seconds, and a part of its length.
BLACK_SECONDS, FROZEN_SECONDS, PART = 1.0, 1.5, 0.4
# What tells flashes from cuts: at least this many rises and falls, and this share of all steps.
FLASHES, FLASH_SHARE = 2, 0.2
# Loudest sample, of 1, below which nothing can be heard.
SILENT = 0.001


class Detection(NamedTuple):
    """Something that looks wrong, from `at` seconds on, with the figures that show it."""

    kind: str
    at: float
    evidence: dict[str, Any]


class Sample(NamedTuple):
    """One frame: which one of those decoded, when it is shown, and its grey values."""

    number: int
    at: float
    grey: np.ndarray[Any, np.dtype[np.float32]]


class Sampler:
    """Takes samples of the frames that it sees; `times` are those of all frames of the clip."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.seconds = 0.0
        self._seen = 0
        # Where the next groups begin, and how many frames the present one lacks.
        self._next: list[int] = []
        self._more = 0

    def begin(self, times: list[int], time_base: float) -> None:
        """Choose the moments: every frame of a short clip, else the beginnings of groups."""
        self._base, self._first = time_base, times[0]
        step = (times[-1] - times[0]) / max(1, len(times) - 1)
        self.seconds = (times[-1] - times[0] + step) * time_base
        groups = SAMPLES // GROUP
        # Not evenly spaced, so as not to keep step with what flashes.
        starts = (int((n + n * UNEVEN % 1) * len(times) / groups) for n in range(groups))
        is_short = len(times) <= SAMPLES
        self._next = list(times) if is_short else [times[start] for start in starts]
        self._more = 0

    def see(self, frame: VideoFrame) -> None:
        """Look at the next decoded frame."""
        self._seen += 1
        if frame.pts is None or len(self.samples) >= SAMPLES:
            return
        is_wanted = bool(self._next) and frame.pts >= self._next[0]
        while self._next and frame.pts >= self._next[0]:
            self._next.pop(0)
        if is_wanted or self._more:
            self._more = GROUP - 1 if is_wanted else self._more - 1
            at = (frame.pts - self._first) * self._base
            self.samples.append(Sample(self._seen, at, _grey(frame)))


def detections_of(sampler: Sampler) -> list[Detection]:
    """What is wrong with the clip that `sampler` has seen; at most one of each kind."""
    samples, seconds = sampler.samples, sampler.seconds
    if len(samples) < 4:
        return []
    findings = [_black(samples, seconds), _frozen(samples, seconds), _flashing(samples)]
    return [finding for finding in findings if finding is not None]


def is_silent(path: str) -> bool:
    """Return True if nothing can be heard, or there is no sound at all. Ends at the first sound."""
    try:
        with av.open(path) as container:
            if not container.streams.audio:
                return True
            to_float = av.AudioResampler(format="flt", layout="mono", rate=8000)
            for frame in container.decode(audio=0):
                for part in to_float.resample(frame):
                    if np.abs(part.to_ndarray()).max(initial=0.0) > SILENT:
                        return False
    except (av.FFmpegError, OSError):
        # Nothing is known about a track that can't be read.
        return False
    return True


def _grey(frame: VideoFrame) -> np.ndarray[Any, np.dtype[np.float32]]:
    small = frame.reformat(SIDE, SIDE, "gray", interpolation=Interpolation.AREA)
    return small.to_ndarray().astype(np.float32)


def _black(samples: list[Sample], seconds: float) -> Detection | None:
    dark = [_is_black(sample) for sample in samples]
    return _longest("black", samples, dark, seconds, BLACK_SECONDS)


def _frozen(samples: list[Sample], seconds: float) -> Detection | None:
    still = [False]
    reference = samples[0]
    for sample in samples[1:]:
        is_still = float(np.abs(sample.grey - reference.grey).mean()) < STILL
        still.append(is_still and not _is_black(sample))
        if not is_still:
            # Compared with the first sample of a run, so that slow motion doesn't count as frozen.
            reference = sample
    return _longest("frozen", samples, still, seconds, FROZEN_SECONDS)


def _flashing(samples: list[Sample]) -> Detection | None:
    pairs = [(a, b) for a, b in pairwise(samples) if b.number == a.number + 1]
    steps = [float(b.grey.mean() - a.grey.mean()) for a, b in pairs]
    jumps = [step for step in steps if abs(step) > FLASH]
    rises = sum(step > 0 for step in jumps)
    if min(rises, len(jumps) - rises) < FLASHES or len(jumps) < FLASH_SHARE * len(pairs):
        return None
    first = next(b for (_, b), step in zip(pairs, steps, strict=True) if abs(step) > FLASH)
    evidence = {"flashes": len(jumps), "of": len(pairs)}
    return Detection("flashing", round(first.at, 2), evidence)


def _longest(
    kind: str, samples: list[Sample], holds: list[bool], seconds: float, least: float
) -> Detection | None:
    """The longest run of samples for which `holds`, if it is long enough."""
    ends = [sample.at for sample in samples[1:]] + [seconds]
    best = (0.0, 0.0)
    start: float | None = None
    for sample, end, is_so in zip(samples, ends, holds, strict=True):
        if not is_so:
            start = None
            continue
        start = sample.at if start is None else start
        best = max(best, (end - start, start), key=lambda run: run[0])
    length, at = best
    if not length or (length < least and length < PART * seconds):
        return None
    return Detection(kind, round(at, 2), {"seconds": round(length, 2)})


def _is_black(sample: Sample) -> bool:
    grey = sample.grey
    return bool(grey.mean() < BLACK_MEAN and np.percentile(grey, 98) < BLACK_BRIGHTEST)
