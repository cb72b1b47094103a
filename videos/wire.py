"""What do the Video API's objects look like, read tolerantly and written strictly?

Source: the OpenAI Video API as last published (OpenAPI file, info.version 2.3.0) and the
deviations of the servers that carry it on. Times are Unix seconds, `seconds` is a string,
`size` is `WIDTHxHEIGHT` in pixels, `progress` is 0..100.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

MAX_BODY = 1024 * 1024
MAX_ID = 1024
MAX_PROMPT = 32_000
MAX_MODEL = 200
MAX_TEXT = 2_000

SIZE = re.compile(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})")
WHOLE_SECONDS = re.compile(r"[1-9][0-9]{0,3}")


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
    Status.IN_PROGRESS: "in_progress processing running generating preprocessing postprocessing",
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
    """One page of a server's list. `has_more` is None where the server does not say."""

    data: list[RemoteVideo]
    has_more: bool | None
    last_id: str | None


class CreateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller asks for. None where the caller left the choice to the server."""

    prompt: str
    model: str | None = None
    size: str | None = None
    seconds: str | None = None


# --- writing -------------------------------------------------------------------------------


def encode(value: Any) -> bytes:
    """JSON bytes of one of the structs above, or of plain data."""
    return msgspec.json.encode(value)


def video_list(videos: list[Video], *, has_more: bool) -> VideoList:
    """A page of `videos`, its cursors taken from the first and the last."""
    first, last = (videos[0].id, videos[-1].id) if videos else (None, None)
    return VideoList(data=videos, first_id=first, last_id=last, has_more=has_more)


def error_envelope(
    message: str,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    code: str | None = None,
) -> dict[str, dict[str, str | None]]:
    """The body of every HTTP error of the API."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


# --- reading -------------------------------------------------------------------------------


def decode(body: bytes, *, limit: int = MAX_BODY) -> Any:
    """JSON from a stranger. WireError for too much, too deep, NaN, or no JSON at all."""
    if len(body) > limit:
        raise WireError(f"the answer is larger than {limit} bytes")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError) as error:
        raise WireError("the answer is not JSON") from error


def read_video(value: Any) -> RemoteVideo:
    """A video job from any server. WireError without a usable `id` and `status`."""
    if not isinstance(value, dict):
        raise WireError("the answer is not a JSON object")
    ident = _text(value.get("id")) or _text(value.get("task_id"))
    word = value.get("status")
    if not ident or len(ident) > MAX_ID or not ident.isprintable():
        raise WireError("the answer carries no usable id", param="id")
    if not isinstance(word, str):
        raise WireError("the answer carries no status", param="status")
    status = MEANING.get(word.strip().lower(), Status.UNKNOWN)
    return RemoteVideo(
        id=ident,
        status=status,
        status_word=_cut(word, 64),
        model=_text(value.get("model")),
        progress=_progress(value.get("progress")),
        created_at=_time(value.get("created_at")),
        completed_at=_time(value.get("completed_at")),
        expires_at=_time(value.get("expires_at")),
        prompt=_text(value.get("prompt"), MAX_PROMPT),
        size=_size(value),
        seconds=_seconds(value.get("seconds", value.get("duration"))),
        remixed_from_video_id=_text(value.get("remixed_from_video_id")),
        error=_error(value.get("error")),
        raw=value,
    )


def read_page(value: Any) -> RemotePage:
    """One page of a list. Entries that are no video jobs are left out, not fatal."""
    rows = value.get("data") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise WireError("the answer is not a list", param="data")
    videos = []
    for row in rows:
        try:
            videos.append(read_video(row))
        except WireError:
            continue
    more = value.get("has_more") if isinstance(value, dict) else None
    last = _text(value.get("last_id")) if isinstance(value, dict) else None
    fallback = videos[-1].id if videos else None
    return RemotePage(videos, more if isinstance(more, bool) else None, last or fallback)


def read_error(value: Any) -> VideoError | None:
    """The server's own words from any of the shapes of error body seen, or None."""
    if not isinstance(value, dict):
        return None
    for key in ("error", "detail", "message"):
        if (found := _error(value.get(key))) is not None:
            code = found.code or _text(value.get("code"), 100) or ""
            return VideoError(code=code, message=found.message)
    return None


def read_create(fields: Mapping[str, Any]) -> CreateRequest:
    """A caller's create request from JSON or form fields. WireError names the wrong field."""
    model = fields.get("model") or None
    if model is not None and not (isinstance(model, str) and _is_name(model)):
        raise WireError(f"`model` must be a name of at most {MAX_MODEL} characters.", param="model")
    size = fields.get("size") or None
    if size is not None and not (isinstance(size, str) and SIZE.fullmatch(size)):
        raise WireError("`size` must look like 1280x720.", param="size")
    seconds = fields.get("seconds") or None
    if seconds is not None and not (isinstance(seconds, str) and WHOLE_SECONDS.fullmatch(seconds)):
        raise WireError('`seconds` must be a string of digits, such as "4".', param="seconds")
    prompt = clean_prompt(fields.get("prompt"))
    return CreateRequest(prompt=prompt, model=model, size=size, seconds=seconds)


def clean_prompt(value: Any) -> str:
    """A prompt in NFC with plain newlines, or WireError. Length 1..32000 characters."""
    if not isinstance(value, str) or not value.strip():
        raise WireError("Write a prompt: it must not be empty.", param="prompt")
    if len(value) > MAX_PROMPT:
        raise WireError(_too_long(value), param="prompt")
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > MAX_PROMPT:
        raise WireError(_too_long(text), param="prompt")  # NFC makes some characters longer.
    for character in text:
        # Cs: lone surrogates, which no encoding carries; Cc: NUL and friends, which PostgreSQL
        # refuses and no screen shows.
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            raise WireError(
                f"The prompt holds a control character (U+{ord(character):04X}). Remove it.",
                param="prompt",
            )
    return text


def _is_name(text: str) -> bool:
    return len(text) <= MAX_MODEL and text.isprintable()


def _too_long(prompt: str) -> str:
    return f"The prompt has {len(prompt):,} characters; at most {MAX_PROMPT:,} are allowed."


def parse_size(size: str) -> tuple[int, int] | None:
    """(width, height) in pixels, or None where `size` is free text."""
    found = SIZE.fullmatch(size)
    return (int(found[1]), int(found[2])) if found else None


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _text(value: Any, limit: int = MAX_TEXT) -> str | None:
    return _cut(value, limit) if isinstance(value, str) and value else None


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value.strip().removesuffix("%"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _progress(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else max(0, min(100, int(number)))


def _time(value: Any) -> int | None:
    number = _number(value)
    if number is None and isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        number = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    # Beyond the year 9999 no calendar follows; 0 is how some servers say "not yet".
    return int(number) if number is not None and 0 < number < 253_402_300_800 else None


def _seconds(value: Any) -> str | None:
    number = _number(value)
    return None if number is None or not 0.01 <= number < 100_000 else f"{number:g}"


def _size(value: dict[str, Any]) -> str | None:
    size = _text(value.get("size"), 32)
    width, height = _number(value.get("width")), _number(value.get("height"))
    if size or not (width and height and 1 <= min(width, height) <= max(width, height) < 1e5):
        return size
    return f"{width:.0f}x{height:.0f}"


def _error(value: Any) -> VideoError | None:
    if isinstance(value, str) and value:
        return VideoError(code="", message=_cut(value, MAX_TEXT))
    if isinstance(value, list):  # FastAPI: [{"loc": […], "msg": "…"}]
        words = [w for row in value if isinstance(row, dict) and (w := _text(row.get("msg")))]
        return _error("; ".join(words))
    if not isinstance(value, dict):
        return None
    message = _text(value.get("message")) or _text(value.get("msg")) or _text(value.get("detail"))
    code = value.get("code")
    number = _number(code) if isinstance(code, int) else None
    name = f"{number:.0f}"[:100] if number is not None else _text(code, 100)
    name = name or _text(value.get("type"), 100)
    return VideoError(code=name or "", message=message or name or "") if message or name else None
