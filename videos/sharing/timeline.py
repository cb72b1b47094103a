"""Where does each clip lie on a timeline, and where its comments?

CSV apart, every export is this list written in another format. Times are whole frames of the
timeline's own rate.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from videos.models import Comment
from videos.sharing.files import Clip
from videos.sharing.metadata import author_of

FALLBACK_RATE = 24.0
# NTSC rates as exact fractions; files have them rounded.
EXACT_RATES = (24000 / 1001, 30000 / 1001, 48000 / 1001, 60000 / 1001, 120000 / 1001)
TOLERANCE = 0.005


@dataclass(frozen=True)
class Marker:
    """A comment: `at` frames after the clip's beginning, `length` frames long."""

    at: int
    length: int
    text: str
    comment: Comment

    @property
    def is_resolved(self) -> bool:
        """Return True if the comment is dealt with."""
        return self.comment.resolved_at is not None


@dataclass(frozen=True)
class Shot:
    """A clip on the timeline. `start` is where it begins there."""

    clip: Clip
    start: int
    length: int
    markers: list[Marker] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """The clips one after the other. `left_out` have no file here."""

    title: str
    rate: float
    shots: list[Shot]
    left_out: list[Clip]


def timeline_of(title: str, clips: Sequence[Clip]) -> Timeline:
    """The clips that are here in their order, at the rate that most of them have."""
    usable = [clip for clip in clips if clip.missing is None and clip.seconds > 0]
    rate = _rate(usable)
    shots: list[Shot] = []
    for clip in usable:
        start = shots[-1].start + shots[-1].length if shots else 0
        length = _length(clip, rate)
        shots.append(Shot(clip, start, length, _markers(clip, length, rate)))
    left_out = [clip for clip in clips if clip not in usable]
    return Timeline(title, rate, shots, left_out)


def rate_of(clip: Clip) -> float:
    """The clip's frame rate; FALLBACK_RATE where it was never measured."""
    measured = clip.asset.frame_rate if clip.asset is not None else None
    if not measured or not 1 <= measured <= 1000:
        return FALLBACK_RATE
    near = (rate for rate in (*EXACT_RATES, round(measured)) if abs(rate - measured) < TOLERANCE)
    return float(next(near, measured))


def _rate(clips: Sequence[Clip]) -> float:
    rates = Counter(map(rate_of, clips)).most_common(1)
    return rates[0][0] if rates else FALLBACK_RATE


def _length(clip: Clip, rate: float) -> int:
    frames = clip.asset.frames if clip.asset is not None else None
    if frames and rate_of(clip) == rate:
        return frames
    return max(1, round(clip.seconds * rate))


def _markers(clip: Clip, length: int, rate: float) -> list[Marker]:
    """One for each thread, with its answers; the earliest first."""
    answers: dict[int, list[Comment]] = {}
    for comment in clip.comments:
        if comment.parent_id is not None:
            answers.setdefault(comment.parent_id, []).append(comment)
    threads = [comment for comment in clip.comments if comment.parent_id is None]
    markers = [_marker(each, answers.get(each.pk, []), length, rate) for each in threads]
    return sorted(markers, key=lambda marker: marker.at)


def _marker(comment: Comment, answers: list[Comment], length: int, rate: float) -> Marker:
    at = min(_frames(comment.start or Decimal(0), rate), length - 1)
    end = at + 1 if comment.end is None else _frames(comment.end, rate)
    lines = [f"{author_of(each)}: {' '.join(each.text.split())}" for each in (comment, *answers)]
    return Marker(at, max(1, min(end, length) - at), " / ".join(lines), comment)


def _frames(seconds: Decimal, rate: float) -> int:
    # The frame that is on screen then. Comments are written to the millisecond.
    return int(float(seconds) * rate + 0.05)
