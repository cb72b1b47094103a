"""The objects of the API: as the API defines them, and as servers describe them."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from videos.wire.status import Status

# In bytes of UTF-8. Ids stand in a unique index, whose entries PostgreSQL limits to about 2,700
# bytes, and in a URL, which servers and proxies take to 8,000 bytes even when each is quoted.
MAX_ID = 2048


UnixTime = Annotated[int, Meta(description="Unix seconds.")]


class WireError(Exception):
    """What was read is not an object of the API. `param` names the field, if one is to blame."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        self.param = param
        self.code = code


class VideoError(msgspec.Struct, frozen=True):
    """Why a generation failed. `code` is free text, `message` is for people."""

    code: str
    message: str


class Video(msgspec.Struct, frozen=True, kw_only=True):
    """A video job exactly as the API writes it: every field present, `null` where unknown."""

    id: str
    object: Literal["video"] = "video"
    model: str
    status: Annotated[
        str, Meta(extra_json_schema={"enum": ["queued", "in_progress", "completed", "failed"]})
    ]
    progress: Annotated[int, Meta(ge=0, le=100)] = 0
    created_at: UnixTime
    completed_at: UnixTime | None = None
    expires_at: (
        Annotated[
            int,
            Meta(
                description="When the content goes, in Unix seconds; null once it is archived here."
            ),
        ]
        | None
    ) = None
    prompt: str | None = None
    size: str
    seconds: str
    remixed_from_video_id: str | None = None
    error: VideoError | None = None


class VideoList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of video jobs; `last_id` is the cursor of the next."""

    object: Literal["list"] = "list"
    data: Annotated[list[Video], Meta(max_length=100)]
    first_id: str | None
    last_id: str | None
    has_more: bool


class VideoDeleted(msgspec.Struct, frozen=True):
    """The answer to a deletion."""

    id: str
    object: Literal["video.deleted"] = "video.deleted"
    deleted: Annotated[bool, Meta(extra_json_schema={"const": True})] = True


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """A character exactly as the API writes it."""

    id: str
    object: Literal["character"] = "character"
    created_at: UnixTime
    name: str


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong: `message` for people, `code` for scripts, `param` names the field."""

    message: str
    type: Annotated[
        str,
        Meta(
            extra_json_schema={
                "enum": [
                    "invalid_request_error",
                    "authentication_error",
                    "insufficient_quota",
                    "permission_error",
                    "rate_limit_error",
                    "server_error",
                ]
            }
        ),
    ]
    param: str | None
    code: str | None


class Error(msgspec.Struct, frozen=True):
    """The body of every HTTP error."""

    error: ErrorDetail


class RemoteCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """A character as a server describes it. Only `id` is certain."""

    id: str
    name: str | None = None


class RemoteVideo(msgspec.Struct, frozen=True, kw_only=True):
    """A video job as a server describes it. Only `id` is certain.

    `looks_finished`: the status is a word that no server is known to say, and something beside it
    speaks for a finished clip. Only the content itself can prove it.
    """

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
    looks_finished: bool = False
    raw: dict[str, Any]


class RemotePage(msgspec.Struct, frozen=True):
    """One page of a server's list. `has_more` is None if the server doesn't say.

    `unreadable` counts the entries that are not in `data` because they could not be read: each of
    them may be any job.
    """

    data: list[RemoteVideo]
    has_more: bool | None
    last_id: str | None
    unreadable: int = 0
