"""Which job does an answer speak of: under which id, or does it refuse to make one?"""

import re
from collections.abc import Iterator
from typing import Any

from videos.wire.objects import VideoError
from videos.wire.reasons import read_failure, read_reason
from videos.wire.status import Status, status_of
from videos.wire.values import as_id, as_number, under

# Where servers put the id of a job and its status: the first usable one counts.
ID_NAMES = ("id", "task_id", "video_id", "job_id", "generation_id", "prediction_id", "uuid")
STATUS_NAMES = ("status", "task_status", "state", "job_status")
# What servers wrap a job in.
WRAPPERS = ("data", "video", "job", "task", "result", "output", "response")
# Signs of a failure: a flag, the status of HTTP, or a code in words.
FLAG_NAMES = ("success", "ok")
NUMBER_NAMES = ("status", "code", "status_code", "error_code")
BAD_CODE = re.compile(
    r"invalid|error|fail|denied|forbidden|unauthori[sz]ed|insufficient|quota|policy|violation"
    r"|moderat|reject|refus|block|sensitive|exceed|unsupported|not_?(found|allowed|supported)",
    re.I,
)
# Where a bare id stands, and text that is one rather than words, a date or a file's name.
BARE_ID_NAMES = ("data", "result", "task", "job")
LIKE_AN_ID = re.compile(r"(?!\d{4}-\d\d-\d\d)(?=[^\d]*\d)[A-Za-z0-9][A-Za-z0-9_-]{7,}")


def find_job(value: dict[str, Any], depth: int = 2) -> tuple[str, dict[str, Any]] | None:
    """The job's id and the object that carries it: the answer itself, or what it wraps."""
    if (ident := _own_id(value)) is not None:
        return ident, value
    if depth and value.get("object") != "list":
        for inner in _wrapped(value):
            if (job := find_job(inner, depth - 1)) is not None:
                return job
    # Most often the id of the HTTP request; of a job only where it is all there is.
    ident = next(map(as_id, under(value, ["request_id"])), None) if status_word(value) else None
    return None if ident is None else (ident, value)


def accepted_id(value: Any) -> str | None:
    """The id in an answer to a create that holds nothing else to find a job by: the bare id, or
    `{"code": "success", "data": "task_1"}` as new-api answers. To be asked after `read_refusal`."""
    values = under(value, BARE_ID_NAMES) if isinstance(value, dict) else iter([value])
    idents = (as_id(each) for each in values)
    return next((each for each in idents if each and LIKE_AN_ID.fullmatch(each)), None)


def status_word(value: dict[str, Any]) -> str:
    """The server's word for the status, "" where there is none."""
    for word in under(value, STATUS_NAMES):
        if isinstance(word, str):
            return word
        if (number := as_number(word)) is not None:
            return f"{number:g}"
    return ""


def read_refusal(value: Any) -> VideoError | None:
    """The server's words where an answer of success explicitly says that nothing was created.

    That is an error, or a sign of failure beside a message, with neither an id nor the status of a
    job that goes on.
    """
    if not isinstance(value, dict) or find_job(value) is not None:
        return None
    word = status_word(value)
    refused = status_of(word) in (Status.FAILED, Status.CANCELLED) or _says_no(value)
    if refused or (not word and read_failure(value) is not None):
        return read_reason(value)
    return None


def _says_no(value: dict[str, Any]) -> bool:
    if any(_is_no(flag) for flag in under(value, FLAG_NAMES)) or value.get("error") is True:
        return True
    for code in under(value, NUMBER_NAMES):
        number = as_number(code)
        if number is not None and 400 <= number < 600:
            return True
    codes = under(value, ["code", "error_code"])
    if any(isinstance(code, str) and BAD_CODE.search(code) for code in codes):
        return True
    # MiniMax: 0 is success.
    base = value.get("base_resp")
    return bool(isinstance(base, dict) and as_number(base.get("status_code")))


def _is_no(flag: Any) -> bool:
    return flag is False or (isinstance(flag, str) and flag.strip().lower() in ("false", "no"))


def _wrapped(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for inner in under(value, WRAPPERS):
        one = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
        if isinstance(one, dict):
            yield one


def _own_id(value: dict[str, Any]) -> str | None:
    return next(filter(None, map(as_id, under(value, ID_NAMES))), None)
