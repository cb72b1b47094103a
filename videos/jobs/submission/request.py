"""What does a member ask for, and how is it said that it cannot be had?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from videos.models import Operation, VideoJob

MAX_KEY = 64
MAX_TAKES = 8
# What one press may make. A longer list is two presses.
MAX_CLIPS = 200


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a member asks for. `offer` is the slug of the catalogue's entry, `key` one-time, `via`
    where it was asked, for the history, `takes` how many clips of it. `reference` is a PNG of the
    size asked for; `padded` says that bars were added to make it so, not that it was cropped.
    With a `source`, size and offer are the source's own, and `seconds` are those of the source, or
    those that an extension adds."""

    prompt: str
    offer: str
    size: str
    seconds: str
    key: str
    takes: int = 1
    reference: bytes | None = None
    padded: bool = False
    operation: Operation = Operation.CREATE
    source: VideoJob | None = None
    # Public ids.
    characters: Sequence[str] = ()
    via: str = "in the browser"
    # Further fields of the offer's kind of server, as they were typed; empty ones say nothing.
    extra: Mapping[str, str] = field(default_factory=dict)
