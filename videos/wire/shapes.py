"""What are the objects of the API? As it writes them, and as a server may tell them."""

from enum import StrEnum
from typing import Any

import msgspec

MAX_ID = 1024


class WireError(Exception):
    """What was read is not an object of the API. `param` names the field, if one is to blame."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code


class Status(StrEnum):
    """The four statuses of the API, and two that servers add and that mean an end."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


SYNONYMS = {
    Status.QUEUED: "queued pending submitted not_start not_started preparing created",
    Status.IN_PROGRESS: "in_progress processing running generating preprocessing postprocessing "
    "encoding",
    # An expired job was completed once: whether its bytes are gone is for the content route to say.
    Status.COMPLETED: "completed succeeded success complete done finished expired",
    Status.FAILED: "failed failure error",
    Status.CANCELLED: "cancelled canceled deleted",
}
MEANING = {word: status for status, words in SYNONYMS.items() for word in words.split()}


class VideoError(msgspec.Struct, frozen=True):
    """Why a generation failed. `code` is free text, `message` is for people."""

    code: str
    message: str


class Video(msgspec.Struct, frozen=True, kw_only=True):
    """A video job exactly as the API writes it: every field present, `null` where unknown."""

    id: str
    object: str = "video"
    model: str
    status: str
    progress: int = 0
    created_at: int
    completed_at: int | None = None
    expires_at: int | None = None
    prompt: str | None = None
    size: str
    seconds: str
    remixed_from_video_id: str | None = None
    error: VideoError | None = None


class VideoList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of video jobs; `last_id` is the cursor of the next."""

    object: str = "list"
    data: list[Video]
    first_id: str | None
    last_id: str | None
    has_more: bool


class VideoDeleted(msgspec.Struct, frozen=True):
    """The answer to a deletion."""

    id: str
    object: str = "video.deleted"
    deleted: bool = True


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """A character exactly as the API writes it."""

    id: str
    object: str = "character"
    created_at: int
    name: str


class RemoteCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """A character as a server told it. Only `id` is certain."""

    id: str
    name: str | None = None


class RemoteVideo(msgspec.Struct, frozen=True, kw_only=True):
    """A video job as a server told it. Only `id` and `status` are certain."""

    id: str
    status: Status
    status_word: str
    model: str | None = None
    progress: int | None = None
    created_at: int | None = None
    completed_at: int | None = None
    expires_at: int | None = None
    prompt: str | None = None
    size: str | None = None
    seconds: str | None = None
    remixed_from_video_id: str | None = None
    error: VideoError | None = None
    raw: dict[str, Any]


class RemotePage(msgspec.Struct, frozen=True):
    """One page of a server's list. `has_more` is None where the server does not say.

    `unreadable` counts the entries that were left out.
    """

    data: list[RemoteVideo]
    has_more: bool | None
    last_id: str | None
    unreadable: int = 0
