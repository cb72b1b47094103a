"""What does an answer mean: the object it should carry, or which of our errors?"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from videos import wire
from videos.provider import errors
from videos.provider.answers import Answer, Origin
from videos.provider.errors import BadAnswer, ProviderError
from videos.provider.retry import retry_after
from videos.provider.words import clean, excerpt

log = logging.getLogger(__name__)
T = TypeVar("T")

QUOTA_CODES = frozenset(
    {"insufficient_quota", "insufficient_user_quota", "billing_hard_limit_reached"}
)
# (host, what was read) of which this process has said that its JSON is called something else.
_misnamed: set[tuple[str, str]] = set()


def read_as(answer: Answer, origin: Origin, reader: Callable[[Any], T]) -> T:
    """The JSON of a good answer through one of wire's readers; BadAnswer if it is none."""
    reason = "it is empty" if not answer.body.strip() else ""
    try:
        if not reason:
            found = reader(wire.decode(answer.body))
            _note_type(answer, origin, reader.__name__)
            return found
    except wire.WireError as error:
        reason = clean(error.message, origin.key)
    hint = clean(excerpt(answer.body), origin.key)
    raise BadAnswer(
        f"{origin.host} did not answer as the Video API does: {reason}."
        + (f" It begins: {hint}" if hint else ""),
        status=answer.status,
    )


def _note_type(answer: Answer, origin: Origin, read: str) -> None:
    """Log once where JSON does not say that it is JSON: it counts, but is worth knowing."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    if kind.lower().endswith("json") or (origin.host, read) in _misnamed:
        return
    _misnamed.add((origin.host, read))
    named = clean(kind, origin.key)[:100] or "nothing"
    log.warning("%s calls its JSON %s; %s takes it all the same", origin.host, named, read)


def is_video(answer: Answer, id: str | None) -> bool:
    """Whether an answer without success carries a job all the same."""
    try:
        video = wire.read_video(wire.decode(answer.body))
    except wire.WireError:
        return False
    # An error body may well hold an id and a "status" of its own, such as "not_found".
    named = video.raw.get("object") == "video" or video.id == id
    return named and video.status != wire.Status.UNKNOWN


def read_deleted(value: Any) -> bool:
    """From `{"deleted": true}`, `{"object": "video.deleted"}` or the job as it is now."""
    if not isinstance(value, dict):
        raise wire.WireError("the answer is not a JSON object")
    told = value.get("deleted")
    if isinstance(told, bool):
        return told
    word = value.get("status")
    gone = isinstance(word, str) and wire.status_of(word) == wire.Status.CANCELLED
    return gone or value.get("object") == "video.deleted"


def status_error(answer: Answer, origin: Origin) -> ProviderError:
    """The error that an answer without success stands for."""
    words, word = _words(answer, origin)
    status, wait = answer.status, retry_after(answer.headers)
    said = f"{origin.host} answered {_phrase(status)}" + (f": {words}" if words else ".")
    if status in (402, 429) or (400 <= status < 500 and word in QUOTA_CODES):
        # One that says when to come again is only waiting for what is under way to be paid.
        quota = (status == 402 and wait is None) or word in QUOTA_CODES
        return errors.RateLimited(said, status=status, retry_after=wait, code=word, quota=quota)
    if status == 400 and word and word in origin.dialect.missing_codes:
        return errors.NotFound(said, status=status, code=word)
    kind = _kind(status)
    if kind is errors.Refused:
        said = words or said
    if kind is BadAnswer and 300 <= status < 400:
        word = errors.REDIRECT
        said = f"{origin.host} redirects to another address ({_phrase(status)}), which is not safe."
    return kind(said, status=status, retry_after=wait, code=word)


def _kind(status: int) -> type[ProviderError]:
    match status:
        case 401 | 403:
            return errors.Unauthorized
        case 404 | 410:
            return errors.NotFound
        case 405 | 501:
            return errors.NotOffered
        case 409:
            return errors.Conflict
        case 408 | 425:
            return errors.Unavailable
        case _ if 400 <= status < 500:
            return errors.Refused
        case _ if status >= 500:
            return errors.Unavailable
        case _:
            return BadAnswer


def _words(answer: Answer, origin: Origin) -> tuple[str, str]:
    """(message, code) in the server's own words, either of them "" where it has none."""
    try:
        found = wire.read_error(wire.decode(answer.body))
    except wire.WireError:
        return clean(excerpt(answer.body), origin.key), ""
    if found is None:
        return "", ""
    return clean(found.message, origin.key), clean(found.code, origin.key)[:100]


def _phrase(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)
