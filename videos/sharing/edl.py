"""How does an editing program read a timeline as an EDL (CMX 3600)?

Written by hand: opentimelineio's EDL adapter drops start times and writes no markers of Resolve.
"""

from collections.abc import Iterator

from videos.sharing.files import Clip
from videos.sharing.timeline import Marker, Shot, Timeline

# Where a timeline begins, as everywhere in film and television.
FIRST_HOUR = 1
MAX_TITLE = 70
# A clip that came as a file, not from a tape.
REEL = "AX"
LOC_COLOURS = {False: "BLUE", True: "GREEN"}
RESOLVE_COLOURS = {False: "ResolveColorBlue", True: "ResolveColorGreen"}


def cut(timeline: Timeline) -> str:
    """The clips one after the other; comments as locators (`* LOC:`)."""
    base = _base(timeline)
    lines = [*_head(timeline), ""]
    for number, shot in enumerate(timeline.shots, 1):
        source = _span(0, shot.length, base)
        record = _span(_record(shot, base), shot.length, base)
        lines.append(_event(number, REEL, _channel(shot), source, record))
        lines.append(f"* FROM CLIP NAME: {shot.clip.file_name}")
        lines += [f"* LOC: {_at(shot, m, base)} {_loc(m)}" for m in shot.markers]
    lines += [f"* NOT INCLUDED: {c.job.public_id} ({_code(c)})" for c in timeline.left_out]
    return _text(lines)


def markers(timeline: Timeline) -> str:
    """The comments alone, as DaVinci Resolve imports timeline markers from an EDL."""
    base = _base(timeline)
    lines = [*_head(timeline), ""]
    pairs = ((shot, marker) for shot in timeline.shots for marker in shot.markers)
    for number, (shot, marker) in enumerate(pairs, 1):
        span = _span(_record(shot, base) + marker.at, 1, base)
        # Fields are split by "|".
        name = marker.text.replace("|", "/")
        lines.append(_event(number, "001", "V", span, span))
        colour = RESOLVE_COLOURS[marker.is_resolved]
        lines += [f" |C:{colour} |M:{name} |D:{marker.length}", ""]
    return _text(lines)


def timecode(frames: int, base: int) -> str:
    """`01:00:02:05`, non-drop, `base` frames to the second."""
    seconds, rest = divmod(frames, base)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour % 24:02}:{minute:02}:{second:02}:{rest:02}"


def _base(timeline: Timeline) -> int:
    # Timecode counts whole frames: 23.976 is counted as 24.
    return max(1, round(timeline.rate))


def _head(timeline: Timeline) -> Iterator[str]:
    yield f"TITLE: {' '.join(timeline.title.split())[:MAX_TITLE]}"
    yield "FCM: NON-DROP FRAME"


def _event(number: int, reel: str, channel: str, source: str, record: str) -> str:
    return f"{number:03}  {reel:<8} {channel:<5} C        {source} {record}"


def _channel(shot: Shot) -> str:
    return "AA/V" if shot.clip.asset is not None and shot.clip.asset.has_audio else "V"


def _span(start: int, length: int, base: int) -> str:
    return f"{timecode(start, base)} {timecode(start + length, base)}"


def _record(shot: Shot, base: int) -> int:
    return FIRST_HOUR * 3600 * base + shot.start


def _at(shot: Shot, marker: Marker, base: int) -> str:
    return timecode(_record(shot, base) + marker.at, base)


def _loc(marker: Marker) -> str:
    return f"{LOC_COLOURS[marker.is_resolved]:<7} {marker.text}"


def _code(clip: Clip) -> str:
    return clip.missing.code if clip.missing else "no_length"


def _text(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
