"""Reads servers' answers tolerantly: only an id is required."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec

from videos.wire.acceptance import find_job, status_word
from videos.wire.nesting import MAX_NESTING, is_too_deep
from videos.wire.objects import (
    RemoteCharacter,
    RemotePage,
    RemoteVideo,
    VideoError,
    WireError,
)
from videos.wire.reasons import MAX_TEXT, read_failure, read_message, read_reason
from videos.wire.request import MAX_PROMPT
from videos.wire.status import PERHAPS_COMPLETED, Status, normalize, status_of
from videos.wire.text import cut, text_of
from videos.wire.urls import find_url, is_address
from videos.wire.values import LONGEST_NUMBER, as_id, as_number, under

MAX_BODY = 1024 * 1024
# Codes and messages of an answer in which all is well.
SAID_WELL = frozenset({"ok", "0", "200", "success", "succeed"})
# What a number may be, so that nothing that is computed or shown from it can fail.
FIRST_TIME = 946_684_800  # 2000-01-01 in Unix seconds
LAST_TIME = 4_102_444_800  # 2100-01-01
SHORTEST, LONGEST = 0.1, 86_400  # seconds of a clip
WIDEST = 9_999  # pixels
CLOCK_SKEW = 600  # seconds
PROGRESS_KEYS = ("progress", "percent", "percentage", "progress_percent")
CREATED_KEYS = ("created_at", "created", "create_time", "submitted_at")
EXPIRES_KEYS = ("expires_at", "expire_at", "expires", "expire_time", "expiration")
# Said as true when a job has ended.
DONE_KEYS = ("done", "finished", "completed", "is_done", "is_finished", "is_completed")
END_KEYS = ("completed_at", "finished_at", "ended_at", "completed_time", "finish_time", "end_time")
ENDED_BADLY = (Status.FAILED, Status.CANCELLED)


def decode(body: bytes, *, limit: int = MAX_BODY) -> Any:
    """Decode untrusted JSON. Raises WireError if it is too large, too deep, or not valid JSON."""
    if len(body) > limit:
        raise WireError(f"the answer is larger than {limit} bytes")
    try:
        text = body.decode()
        if is_too_deep(text):
            raise WireError(f"the answer is nested deeper than {MAX_NESTING} levels")
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError) as error:
        raise WireError("the answer is not JSON") from error


def read_video(value: Any) -> RemoteVideo:
    """A video job from any server, also inside `data` or `video`. Raises WireError if no id."""
    if not isinstance(value, dict):
        raise WireError("the answer is not a JSON object")
    job = find_job(value)
    if job is None:
        raise WireError("the answer carries no usable id", param="id")
    ident, value = job
    word = status_word(value)
    status = _status(word, value)
    return RemoteVideo(
        id=ident,
        status=status,
        status_word=text_of(word, 64) or "",
        model=text_of(value.get("model"), MAX_TEXT),
        progress=_progress_of(value),
        created_at=_first_time(value, CREATED_KEYS),
        completed_at=_first_time(value, END_KEYS),
        expires_at=_first_time(value, EXPIRES_KEYS),
        prompt=_text(value.get("prompt"), MAX_PROMPT),
        size=_size(value),
        seconds=_seconds(value.get("seconds", value.get("duration"))),
        remixed_from_video_id=_text(value.get("remixed_from_video_id")),
        error=read_reason(value) if status in ENDED_BADLY else read_failure(value),
        looks_finished=status == Status.UNKNOWN and _looks_finished(word, value),
        raw=value,
    )


def read_character(value: Any) -> RemoteCharacter:
    """A character from any server. Raises WireError without a usable `id`."""
    ident = as_id(value.get("id")) if isinstance(value, dict) else None
    if ident is None:
        raise WireError("the answer carries no usable id", param="id")
    return RemoteCharacter(id=ident, name=text_of(value.get("name"), 200))


def read_page(value: Any) -> RemotePage:
    """One page of a list. Unreadable entries are skipped and counted."""
    rows = _entries(value)
    videos = []
    for row in rows:
        with suppress(WireError):
            videos.append(read_video(row))
    fields = value if isinstance(value, dict) else {}
    more, last = fields.get("has_more"), as_id(fields.get("last_id"))
    fallback = videos[-1].id if videos else None
    # An error beside the entries says that some are missing.
    unreadable = len(rows) - len(videos) + (read_message(fields.get("error")) is not None)
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
        reason = read_error(fields)
        said = f": {reason.message}" if reason else ""
        raise WireError(f"the answer is an error, not a list{said}", param="data")
    return rows


def _is_failure(fields: dict[str, Any]) -> bool:
    """Return True if an answer without entries is an error and not an empty list."""
    reason = read_error(fields)
    code = str(fields.get("code") or "ok").lower()
    said_well = reason is None or reason.message.strip().lower() in SAID_WELL
    return not said_well or code not in SAID_WELL or fields.get("success") is False


def read_error(value: Any) -> VideoError | None:
    """The server's own message from any known form of error body, or None."""
    if not isinstance(value, dict):
        return None
    for key in ("error", "detail", "message"):
        if (error := read_message(value.get(key))) is not None:
            code = error.code or text_of(value.get("code"), 100) or ""
            return VideoError(code=code, message=error.message)
    return None


def _text(value: Any, limit: int = MAX_TEXT) -> str | None:
    return cut(value, limit) if isinstance(value, str) and value else None


def _status(word: str, value: dict[str, Any]) -> Status:
    """What the word stands for. A word that no server is known to say ends a job only where the
    object holds both the reason of a failure and the time of the end."""
    said = status_of(word)
    if said == Status.UNKNOWN and _has_ended(value) and read_failure(value) is not None:
        return Status.FAILED
    return said


def _looks_finished(word: str, value: dict[str, Any]) -> bool:
    """Return True if downloading the clip is worth a try. None of these signs is proof."""
    if read_failure(value) is not None:
        return False
    hints = normalize(word) in PERHAPS_COMPLETED or _progress_of(value) == 100
    return hints or _has_ended(value) or is_address(find_url(value))


def _has_ended(value: dict[str, Any]) -> bool:
    if any(done is True for done in under(value, DONE_KEYS)):
        return True
    # Some servers write when they expect to be finished.
    ends = map(_time, under(value, END_KEYS))
    return any(end is not None and end <= time.time() + CLOCK_SKEW for end in ends)


def _progress_of(value: dict[str, Any]) -> int | None:
    percents = map(_progress, under(value, PROGRESS_KEYS))
    return next((percent for percent in percents if percent is not None), None)


def _progress(value: Any) -> int | None:
    """Percent. A number with a fraction below 1 is the fraction of the whole; 1 is one percent."""
    number = as_number(value)
    if number is None:
        return None
    if 0 < number < 1 and not (isinstance(value, str) and value.strip().endswith("%")):
        number *= 100
    # 0.29 * 100 is a little less than 29.
    return max(0, min(100, int(number + 1e-9)))


def _first_time(value: dict[str, Any], keys: tuple[str, ...]) -> int | None:
    return next((at for at in map(_time, under(value, keys)) if at is not None), None)


def _time(value: Any) -> int | None:
    """Unix seconds between 2000 and 2100, or None. 0 is how some servers say "not yet"."""
    number = as_number(value)
    if number is None and isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value[:LONGEST_NUMBER].strip())
            number = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
        except (ValueError, OverflowError):
            return None
    if number is not None and number >= FIRST_TIME * 1000:
        number /= 1000  # milliseconds
    return int(number) if number is not None and FIRST_TIME <= number < LAST_TIME else None


def _seconds(value: Any) -> str | None:
    number = as_number(value)
    return None if number is None or not SHORTEST <= number <= LONGEST else f"{number:g}"


def _size(value: dict[str, Any]) -> str | None:
    size = text_of(value.get("size"), 32)
    width, height = as_number(value.get("width")), as_number(value.get("height"))
    if size or not (width and height and 1 <= min(width, height) <= max(width, height) <= WIDEST):
        return size
    return f"{width:.0f}x{height:.0f}"
