"""What did a server say? Read tolerantly: only `id` and `status` must be there."""

import math
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


def read_character(value: Any) -> RemoteCharacter:
    """A character from any server. WireError without a usable `id`."""
    ident = _text(value.get("id")) if isinstance(value, dict) else None
    if not ident or len(ident) > MAX_ID or not ident.isprintable():
        raise WireError("the answer carries no usable id", param="id")
    return RemoteCharacter(id=ident, name=_text(value.get("name"), 200))


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
    more = more if isinstance(more, bool) else None
    return RemotePage(videos, more, last or fallback, len(rows) - len(videos))


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
