"""Reads servers' answers tolerantly: only an id is required."""

import math
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec

from videos.wire.objects import (
    MAX_ID,
    RemoteCharacter,
    RemotePage,
    RemoteVideo,
    VideoError,
    WireError,
)
from videos.wire.reasons import MAX_TEXT, read_failure, read_reason, read_words
from videos.wire.request import MAX_PROMPT
from videos.wire.status import PERHAPS_COMPLETED, Status, normalize, status_of
from videos.wire.text import cut, text_of

MAX_BODY = 1024 * 1024
MAX_NUMBER = 10**40
# Where servers put the id of a job and its status: the first usable one counts.
ID_NAMES = ("id", "task_id", "video_id", "job_id", "generation_id")
STATUS_NAMES = ("status", "task_status", "state")
# Codes and messages of an answer in which all is well.
SAID_WELL = frozenset({"ok", "0", "200", "success", "succeed"})
# What servers wrap a job in.
WRAPPERS = ("data", "video", "job", "task", "result", "output", "response")
# What a number may be, so that nothing that is computed or shown from it can fail.
FIRST_TIME = 946_684_800  # 2000-01-01 in Unix seconds
LAST_TIME = 4_102_444_800  # 2100-01-01
SHORTEST, LONGEST = 0.1, 86_400  # seconds of a clip
WIDEST = 9_999  # pixels
LONGEST_NUMBER = 40  # characters
CLOCK_SKEW = 600  # seconds
END_KEYS = ("completed_at", "finished_at", "ended_at", "completedAt", "finishedAt", "endedAt")
ENDED_BADLY = (Status.FAILED, Status.CANCELLED)
URL_KEYS = (
    "url",
    "urls",
    "video_url",
    "video_urls",
    "unsigned_urls",
    "download_url",
    "output_url",
    "result_url",
    "output",
)


def decode(body: bytes, *, limit: int = MAX_BODY) -> Any:
    """Decode untrusted JSON. Raises WireError if it is too large, too deep, or not valid JSON."""
    if len(body) > limit:
        raise WireError(f"the answer is larger than {limit} bytes")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError) as error:
        raise WireError("the answer is not JSON") from error


def as_id(value: Any) -> str | None:
    """The id as text, from text or a whole number; None if it is too long for a URL or an index."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < MAX_NUMBER:
        return str(value)
    if not isinstance(value, str) or not value.isprintable() or not value.strip(". "):
        return None
    return value if len(value.encode()) <= MAX_ID else None


def read_video(value: Any) -> RemoteVideo:
    """A video job from any server, also inside `data` or `video`. Raises WireError if no id."""
    if not isinstance(value, dict):
        raise WireError("the answer is not a JSON object")
    found = _find_job(value)
    if found is None:
        raise WireError("the answer carries no usable id", param="id")
    ident, value = found
    word = _status_word(value)
    status = _status(word, value)
    return RemoteVideo(
        id=ident,
        status=status,
        status_word=text_of(word, 64) or "",
        model=text_of(value.get("model"), MAX_TEXT),
        progress=_progress(value.get("progress")),
        created_at=_time(value.get("created_at")),
        completed_at=_time(value.get("completed_at")),
        expires_at=_time(value.get("expires_at")),
        prompt=_text(value.get("prompt"), MAX_PROMPT),
        size=_size(value),
        seconds=_seconds(value.get("seconds", value.get("duration"))),
        remixed_from_video_id=_text(value.get("remixed_from_video_id")),
        error=read_reason(value) if status in ENDED_BADLY else read_failure(value),
        looks_finished=status == Status.UNKNOWN and _looks_finished(word, value),
        raw=value,
    )


def read_refusal(value: Any) -> VideoError | None:
    """The server's message if a successful answer explicitly says that nothing was created.

    That is an error object, or a sign of failure beside a message, with neither an id nor the
    status of a job that goes on.
    """
    if not isinstance(value, dict) or _find_job(value) is not None:
        return None
    word = _status_word(value)
    status = status_of(word)
    refused = (
        status in (Status.FAILED, Status.CANCELLED)
        or value.get("success") is False
        or _is_error_code(value.get("status"))
        or _is_error_code(value.get("code"))
        or (not word and read_words(value.get("error")) is not None)
    )
    return read_error(value) if refused else None


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
    unreadable = len(rows) - len(videos) + (read_words(fields.get("error")) is not None)
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
    """Return True if an answer without entries is an error and not an empty list."""
    words = read_error(fields)
    code = str(fields.get("code") or "ok").lower()
    said_well = words is None or words.message.strip().lower() in SAID_WELL
    return not said_well or code not in SAID_WELL or fields.get("success") is False


def _find_job(value: dict[str, Any], depth: int = 2) -> tuple[str, dict[str, Any]] | None:
    """The job's id and the object that contains it: the answer itself, or one inside it."""
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
    """Return True if this is the HTTP status of an error."""
    number = _number(value)
    return number is not None and 400 <= number < 600


def read_error(value: Any) -> VideoError | None:
    """The server's own message from any known form of error body, or None."""
    if not isinstance(value, dict):
        return None
    for key in ("error", "detail", "message"):
        if (found := read_words(value.get(key))) is not None:
            code = found.code or text_of(value.get("code"), 100) or ""
            return VideoError(code=code, message=found.message)
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
    hints = normalize(word) in PERHAPS_COMPLETED or _progress(value.get("progress")) == 100
    return hints or _has_ended(value) or _has_url(value)


def _has_ended(value: dict[str, Any]) -> bool:
    # Some servers write when they expect to be finished.
    ends = (_time(value.get(key)) for key in END_KEYS)
    return any(end is not None and end <= time.time() + CLOCK_SKEW for end in ends)


def _has_url(value: dict[str, Any]) -> bool:
    inner = (value.get(name) for name in ("data", "output", "result", "video", "metadata"))
    for part in (value, *(each for each in inner if isinstance(each, dict))):
        for found in (part.get(key) for key in URL_KEYS):
            first = found[0] if isinstance(found, list) and found else found
            if isinstance(first, str) and first.startswith(("http://", "https://", "/")):
                return True
    return False


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value[:LONGEST_NUMBER].strip().removesuffix("%"))
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
    """Percent. A number with a fraction below 1 is the fraction of the whole; 1 is one percent."""
    number = _number(value)
    if number is None:
        return None
    if 0 < number < 1 and not (isinstance(value, str) and value.strip().endswith("%")):
        number *= 100
    # 0.29 * 100 is a little less than 29.
    return max(0, min(100, int(number + 1e-9)))


def _time(value: Any) -> int | None:
    """Unix seconds between 2000 and 2100, or None. 0 is how some servers say "not yet"."""
    number = _number(value)
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
    number = _number(value)
    return None if number is None or not SHORTEST <= number <= LONGEST else f"{number:g}"


def _size(value: dict[str, Any]) -> str | None:
    size = text_of(value.get("size"), 32)
    width, height = _number(value.get("width")), _number(value.get("height"))
    if size or not (width and height and 1 <= min(width, height) <= max(width, height) <= WIDEST):
        return size
    return f"{width:.0f}x{height:.0f}"
