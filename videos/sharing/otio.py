"""How does an editing program read a timeline as OpenTimelineIO?

Written by hand: the library has no wheels for Python 3.14, where installing it needs a compiler.
Tests read the files back with it.
"""

import json
from typing import Any
from urllib.parse import quote

from videos.sharing.edl import FIRST_HOUR
from videos.sharing.metadata import facts_of
from videos.sharing.timeline import Marker, Shot, Timeline

COLOURS = {False: "BLUE", True: "GREEN"}
OURS = "dailies"


def otio(timeline: Timeline) -> str:
    """The timeline as `.otio`. Media are named by their files, which lie beside it."""
    rate = timeline.rate
    tracks = [_track("Video", [_clip(shot, rate) for shot in timeline.shots])]
    if any(map(_has_sound, timeline.shots)):
        tracks.append(_track("Audio", [_sound(shot, rate) for shot in timeline.shots]))
    left_out = [
        {"id": clip.job.public_id, "reason": clip.missing.code if clip.missing else "no_length"}
        for clip in timeline.left_out
    ]
    value = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": timeline.title,
        "global_start_time": _time(FIRST_HOUR * 3600 * round(rate), rate),
        "metadata": {OURS: {"left_out": left_out}},
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "name": "tracks",
            "metadata": {},
            "source_range": None,
            "effects": [],
            "markers": [],
            "enabled": True,
            "children": tracks,
        },
    }
    # On one line: indented, two thousand clips take three times the memory and the time.
    return json.dumps(value, ensure_ascii=False) + "\n"


def _track(kind: str, children: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Track.1",
        "kind": kind,
        "name": kind,
        "metadata": {},
        "source_range": None,
        "effects": [],
        "markers": [],
        "enabled": True,
        "children": children,
    }


def _clip(shot: Shot, rate: float, *, with_notes: bool = True) -> dict[str, Any]:
    whole = _range(0, shot.length, rate)
    name = shot.clip.file_name
    media = {
        "OTIO_SCHEMA": "ExternalReference.1",
        "name": name,
        "target_url": quote(name),
        "available_range": whole,
        "metadata": {},
    }
    return {
        "OTIO_SCHEMA": "Clip.2",
        "name": name,
        "source_range": whole,
        "media_references": {"DEFAULT_MEDIA": media},
        "active_media_reference_key": "DEFAULT_MEDIA",
        "effects": [],
        "markers": [_marker(each, rate) for each in shot.markers] if with_notes else [],
        "enabled": True,
        "metadata": {OURS: facts_of(shot.clip)} if with_notes else {},
    }


def _sound(shot: Shot, rate: float) -> dict[str, Any]:
    if _has_sound(shot):
        return _clip(shot, rate, with_notes=False)
    return {
        "OTIO_SCHEMA": "Gap.1",
        "name": "",
        "source_range": _range(0, shot.length, rate),
        "effects": [],
        "markers": [],
        "enabled": True,
        "metadata": {},
    }


def _has_sound(shot: Shot) -> bool:
    return bool(shot.clip.asset and shot.clip.asset.has_audio)


def _marker(marker: Marker, rate: float) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Marker.2",
        "name": marker.text,
        "comment": marker.text,
        "color": COLOURS[marker.is_resolved],
        "marked_range": _range(marker.at, marker.length, rate),
        "metadata": {OURS: {"comment": marker.comment.pk}},
    }


def _range(start: int, length: int, rate: float) -> dict[str, Any]:
    times = {"start_time": _time(start, rate), "duration": _time(length, rate)}
    return {"OTIO_SCHEMA": "TimeRange.1"} | times


def _time(frames: int, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": float(frames), "rate": rate}
