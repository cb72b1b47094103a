"""What is in a video file: is it whole, and how do players show it?"""

from videos.frames.inspection.boxes import MAX_FRAMES
from videos.frames.inspection.containers import HEAD, Container, describe_other, is_text, sniff
from videos.frames.inspection.errors import CutOff, MediaError, NotVideo, Unreadable
from videos.frames.inspection.measure import (
    NO_FRAME,
    Measured,
    container_of,
    decoded,
    inspect,
    opened,
    pixel_aspect_of,
    rotation_of,
    shown_size,
    times_of,
)

__all__ = [
    "HEAD",
    "MAX_FRAMES",
    "NO_FRAME",
    "Container",
    "CutOff",
    "Measured",
    "MediaError",
    "NotVideo",
    "Unreadable",
    "container_of",
    "decoded",
    "describe_other",
    "inspect",
    "is_text",
    "opened",
    "pixel_aspect_of",
    "rotation_of",
    "shown_size",
    "sniff",
    "times_of",
]
