"""What did a server say? Read tolerantly: only an id must be there."""

import math
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec

from videos.wire.asking import MAX_PROMPT
from videos.wire.shapes import (
    MAX_ID,
    MEANING,
    RemoteCharacter,
    RemotePage,
    RemoteVideo,
    Status,
    VideoError,
    WireError,
)

MAX_BODY = 1024 * 1024
MAX_TEXT = 2_000
MAX_NUMBER = 10**40
# Where servers put the id of a job and its status: the first usable one counts.
ID_NAMES = ("id", "task_id", "video_id", "job_id", "generation_id")
STATUS_NAMES = ("status", "task_status", "state")
# Codes and messages of an answer in which all is well.
SAID_WELL = frozenset({"ok", "0", "200", "success", "succeed"})
# What servers wrap a job in.
WRAPPERS = ("data", "video", "job", "task", "result", "output", "response")


def decode(body: bytes, *, limit: int = MAX_BODY) -> Any:
    """JSON from a stranger. WireError for too much, too deep, NaN, or no JSON at all."""
    if len(body) > limit:
        raise WireError(f"the answer is larger than {limit} bytes")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError) as error:
        raise WireError("the answer is not JSON") from error


def as_id(value: Any) -> str | None:
    """The id as text, from text or a whole number; None if no URL and no index could hold it."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < MAX_NUMBER:
        return str(value)
    if not isinstance(value, str) or not value.isprintable() or not value.strip(". "):
        return None
    return value if len(value.encode()) <= MAX_ID else None


def read_video(value: Any) -> RemoteVideo:
    """A video job from any server, also one inside `data` or `video`. WireError without an id."""
    if not isinstance(value, dict):
        raise WireError("the answer is not a JSON object")
    found = _find_job(value)
    if found is None:
        raise WireError("the answer carries no usable id", param="id")
    ident, value = found
    word = _status_word(value)
    return RemoteVideo(
        id=ident,
        status=MEANING.get(word.strip().lower(), Status.UNKNOWN),
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


def read_refusal(value: Any) -> VideoError | None:
    """The server's words where an answer of success explicitly says that nothing was created.

    That is an error object, or a sign of failure beside a message, with neither an id nor the
    status of a job that goes on.
    """
    if not isinstance(value, dict) or _find_job(value) is not None:
        return None
    word = _status_word(value)
    status = MEANING.get(word.strip().lower(), Status.UNKNOWN)
    refused = (
        status in (Status.FAILED, Status.CANCELLED)
        or value.get("success") is False
        or _is_error_code(value.get("status"))
        or _is_error_code(value.get("code"))
        or (not word and _error(value.get("error")) is not None)
    )
    return read_error(value) if refused else None


def read_character(value: Any) -> RemoteCharacter:
    """A character from any server. WireError without a usable `id`."""
    ident = as_id(value.get("id")) if isinstance(value, dict) else None
    if ident is None:
        raise WireError("the answer carries no usable id", param="id")
    return RemoteCharacter(id=ident, name=_text(value.get("name"), 200))


def read_page(value: Any) -> RemotePage:
    """One page of a list. An entry that cannot be read costs itself alone, and is counted."""
    rows = _entries(value)
    videos = []
    for row in rows:
        with suppress(WireError):
            videos.append(read_video(row))
    fields = value if isinstance(value, dict) else {}
    more, last = fields.get("has_more"), as_id(fields.get("last_id"))
    fallback = videos[-1].id if videos else None
    # An error beside the entries says that some are missing.
    unreadable = len(rows) - len(videos) + (_error(fields.get("error")) is not None)
    return RemotePage(
        videos, more if isinstance(more, bool) else None, last or fallback, unreadable
    )


def _entries(value: Any) -> list[Any]:
    """The entries of a page. Servers in Go send an empty list as null, or leave it out."""
    if isinstance(value, list):
        return value
    fields = value if isinstance(value, dict) else {}
    rows = fields.get("data")
    if rows is None and ("data" in fields or fields.get("object") == "list"):
        rows = []
    if not isinstance(rows, list):
        raise WireError("the answer is not a list", param="data")
    if not rows and _is_failure(fields):
        words = read_error(fields)
        said = f": {words.message}" if words else ""
        raise WireError(f"the answer is an error, not a list{said}", param="data")
    return rows


def _is_failure(fields: dict[str, Any]) -> bool:
    """Does an answer without entries say that something went wrong, rather than nothing there?"""
    words = read_error(fields)
    code = str(fields.get("code") or "ok").lower()
    said_well = words is None or words.message.strip().lower() in SAID_WELL
    return not said_well or code not in SAID_WELL or fields.get("success") is False


def _find_job(value: dict[str, Any], depth: int = 2) -> tuple[str, dict[str, Any]] | None:
    """The job's id and the object that carries it: the answer itself, or what it wraps."""
    if (ident := _own_id(value)) is not None:
        return ident, value
    if depth and value.get("object") != "list":
        for name in WRAPPERS:
            inner = value.get(name)
            if isinstance(inner, list) and len(inner) == 1:
                inner = inner[0]
            if isinstance(inner, dict) and (found := _find_job(inner, depth - 1)) is not None:
                return found
    # Most often the id of the HTTP request; of a job only where it is all there is.
    ident = as_id(value.get("request_id")) if _status_word(value) else None
    return None if ident is None else (ident, value)


def _own_id(value: dict[str, Any]) -> str | None:
    found = (as_id(value.get(name)) for name in ID_NAMES)
    return next((ident for ident in found if ident is not None), None)


def _status_word(value: dict[str, Any]) -> str:
    """The server's word for the status, "" where there is none."""
    for name in STATUS_NAMES:
        word = value.get(name)
        if isinstance(word, str):
            return word
        if not isinstance(word, str) and (number := _number(word)) is not None:
            return f"{number:g}"
    return ""


def _is_error_code(value: Any) -> bool:
    """Is this the status of an HTTP answer without success?"""
    number = _number(value)
    return number is not None and 400 <= number < 600


def read_error(value: Any) -> VideoError | None:
    """The server's own words from any of the shapes of error body seen, or None."""
    if not isinstance(value, dict):
        return None
    for key in ("error", "detail", "message"):
        if (found := _error(value.get(key))) is not None:
            code = found.code or _text(value.get("code"), 100) or ""
            return VideoError(code=code, message=found.message)
    return None


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
