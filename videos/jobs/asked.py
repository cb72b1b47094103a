"""What does a member ask for, and how is it said that it cannot be had?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from videos.models import VideoJob

MAX_KEY = 64
MAX_TAKES = 8
# What one press may make. A longer list is two presses.
MAX_CLIPS = 200


class Invalid(Exception):
    """What was asked for cannot be had. `errors`: field → words for people ("" is the whole)."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class KeyReused(Exception):
    """The one-time key has already made `job`, from other parameters."""

    def __init__(self, job: VideoJob) -> None:
        super().__init__("This form was already used for another clip.")
        self.job = job


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a member asks for. `offer` is the slug of the catalogue's entry, `key` one-time, `via`
    where it was asked, for the history, `takes` how many clips of it. `reference` is a PNG of the
    size asked for; `padded` says that bars were added to make it so, not that it was cropped."""

    prompt: str
    offer: str
    size: str
    seconds: str
    key: str
    takes: int = 1
    reference: bytes | None = None
    padded: bool = False
    remix_of: VideoJob | None = None
    via: str = "in the browser"
    # Further fields of the offer's kind of server, as they were typed; empty ones say nothing.
    extra: Mapping[str, str] = field(default_factory=dict)
