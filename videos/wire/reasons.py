"""Why did a job fail? Servers say it in many places.

`failure_reason` is Azure's, `fail_reason` and `data.fail_reason` new-api's, `task_status_msg`
Kling's, `base_resp.status_msg` MiniMax', `output.message` DashScope's, `failure` and `failureCode`
Runway's, `raiMediaFilteredReasons` Veo's, `detail` FastAPI's, `incomplete_details` that of the
Responses API; `errors`, `last_error`, `result` and `response` come from gateways that wrap another
server. Names count in any spelling: `failReason` is `fail_reason`.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from videos.wire.nesting import is_too_deep
from videos.wire.objects import VideoError
from videos.wire.text import cut, text_of
from videos.wire.values import under

MAX_CODE = 100
MAX_TEXT = 2_000
MAX_DEPTH = 4
MAX_ROWS = 10
# Longer text is words, even where it begins like JSON.
MAX_WRAPPED = 64 * 1024

# What is only there when something went wrong.
FAILURE_KEYS = (
    "error",
    "errors",
    "error_message",
    "error_msg",
    "err_msg",
    "error_reason",
    "failure_reason",
    "failure_message",
    "fail_reason",
    "failed_reason",
    "failure",
    "fail_msg",
    "fail_message",
    "reject_reason",
    "rejection_reason",
    "block_reason",
    "moderation_reason",
    "rai_media_filtered_reasons",
    "last_error",
    "incomplete_details",
)
# What a job that goes well may have as well.
REMARK_KEYS = (
    "task_status_msg",
    "status_msg",
    "status_message",
    "status_reason",
    "base_resp",
    "detail",
    "details",
    "reason",
    "message",
    "msg",
)
# Where gateways put the answer of the server behind them.
WRAPPERS = ("data", "output", "result", "response", "task_result", "task", "job", "video", "status")
MESSAGE_KEYS = ("message", "msg", "detail", "reason", "description", "text", "status_msg", "title")
JOB_CODE_KEYS = ("error_code", "failure_code", "fail_code", "code")
CODE_KEYS = (*JOB_CODE_KEYS, "status_code", "type")
# Said where nothing went wrong.
EMPTY_WORDS = frozenset(
    {"", "0", "none", "null", "nil", "n/a", "ok", "success", "succeed", "succeeded", "no error"}
)


def read_failure(job: dict[str, Any]) -> VideoError | None:
    """The reason from a field that only failed jobs have, or None."""
    return _first(job, FAILURE_KEYS)


def read_reason(job: dict[str, Any]) -> VideoError | None:
    """The reason of a job that is known to have failed, from anywhere in its object, or None."""
    if (reason := read_failure(job) or _first(job, REMARK_KEYS)) is not None:
        return reason
    code = next((code for part in _parts(job) if (code := _code(part, JOB_CODE_KEYS))), "")
    return VideoError(code=code, message=code) if code else None


def read_message(value: Any, depth: int = 0) -> VideoError | None:
    """An error from a text, an object, or a list of either; None if there is none in them."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, str):
        return _of_text(value, depth)
    if isinstance(value, list):
        errors = [read_message(row, depth + 1) for row in value[:MAX_ROWS]]
        return _joined([each for each in errors if each is not None])
    return _of_object(value, depth) if isinstance(value, dict) else None


def _first(job: dict[str, Any], keys: Iterable[str]) -> VideoError | None:
    for part in _parts(job):
        for each in under(part, keys):
            if (error := read_message(each)) is not None:
                code = error.code or _code(part, JOB_CODE_KEYS)
                return VideoError(code=code, message=error.message)
    return None


def _parts(job: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """The object and what it wraps, two levels deep."""
    yield job
    if depth < 2:
        for name in WRAPPERS:
            inner = job.get(name)
            for each in inner[:MAX_ROWS] if isinstance(inner, list) else [inner]:
                if isinstance(each, dict):
                    yield from _parts(each, depth + 1)


def _of_text(text: str, depth: int) -> VideoError | None:
    text = text.strip()
    if text.startswith(("{", "[")) and len(text) <= MAX_WRAPPED:
        # The answer of the server behind a gateway, as text.
        wrapped = None
        if not is_too_deep(text):
            with suppress(msgspec.DecodeError, ValueError):
                wrapped = msgspec.json.decode(text)
        if (error := read_message(wrapped, depth + 1)) is not None:
            return error
    message = text_of(text, MAX_TEXT)
    return VideoError(code="", message=message) if message and not _is_empty(message) else None


def _of_object(value: dict[str, Any], depth: int) -> VideoError | None:
    code = _code(value, CODE_KEYS)
    inner = (read_message(each, depth + 1) for each in under(value, (*MESSAGE_KEYS, *FAILURE_KEYS)))
    error = next((each for each in inner if each is not None), None)
    if error is not None:
        return VideoError(code=code or error.code, message=error.message)
    return VideoError(code=code, message=code) if code and not _is_empty(code) else None


def _code(value: dict[str, Any], keys: Iterable[str]) -> str:
    for code in under(value, keys):
        if isinstance(code, int) and not isinstance(code, bool) and 0 < abs(code) < 10**12:
            return str(code)
        if isinstance(code, str) and (text := text_of(code, MAX_CODE)) and not _is_empty(text):
            return text
    return ""


def _joined(errors: list[VideoError]) -> VideoError | None:
    if not errors:
        return None
    messages = dict.fromkeys(each.message for each in errors)
    return VideoError(code=errors[0].code, message=cut("; ".join(messages), MAX_TEXT))


def _is_empty(message: str) -> bool:
    return message.strip(" .!").lower() in EMPTY_WORDS
