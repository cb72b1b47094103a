"""Reads an answer as the object that it should contain, or as one of our errors."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from videos import wire
from videos.provider import errors
from videos.provider.addresses import header_text, join_url
from videos.provider.dialects import Dialect
from videos.provider.errors import BadAnswer, NotOffered, ProviderError
from videos.provider.redact import clean, excerpt
from videos.provider.response import Answer, Origin
from videos.provider.retry import retry_after
from videos.wire.nesting import is_too_deep
from videos.wire.text import Message, gettext_noop, joined

log = logging.getLogger(__name__)
T = TypeVar("T")

QUOTA_CODES = frozenset(
    {"insufficient_quota", "insufficient_user_quota", "billing_hard_limit_reached"}
)
ENDED_BADLY = (wire.Status.FAILED, wire.Status.CANCELLED)
# How much of a message is searched for a job, and how many objects are tried.
MAX_QUOTED, MAX_OBJECTS = 64 * 1024, 20
BUSY_STATUSES = frozenset({503, 529})
BUSY_WORDS = re.compile(
    r"\b(busy|overloaded|at capacity|no capacity|queue is full|too many|try again later)\b", re.I
)
# Codes by which servers say with a 4xx, or inside a success, that they take it later.
BUSY_CODES = frozenset(
    {
        "busy",
        "server_busy",
        "overloaded",
        "overloaded_error",
        "server_overloaded",
        "engine_overloaded",
        "queue_full",
        "at_capacity",
        "capacity_exceeded",
        "rate_limit_exceeded",
        "rate_limit_error",
        "too_many_requests",
    }
)
# (host, what was read) for which this process has logged a wrong content type.
_misnamed: set[tuple[str, str]] = set()


UNSENDABLE = gettext_noop("The request contains text that can't be sent.")


def not_offered(dialect: Dialect, what: Message) -> NotOffered:
    """The error for an operation that the server, by its dialect, doesn't have."""
    kind = dialect.label
    return NotOffered(gettext_noop("%(kind)s doesn't support %(what)s.", kind=kind, what=what))


def read_as(answer: Answer, origin: Origin, reader: Callable[[Any], T]) -> T:
    """The JSON of a successful answer, read by one of wire's readers. Raises BadAnswer."""
    reason: str = "" if answer.body.strip() else gettext_noop("it is empty")
    try:
        if not reason:
            content = reader(wire.decode(answer.body))
            _note_type(answer, origin, reader.__name__)
            return content
    except wire.WireError as error:
        reason = clean(error.message, origin.key)
    hint = clean(excerpt(answer.body), origin.key)
    message = gettext_noop(
        "%(host)s didn't answer like the Video API: %(reason)s.",
        host=origin.host,
        reason=reason,
    )
    begins = gettext_noop("It begins: %(text)s", text=hint) if hint else ""
    raise BadAnswer(joined(message, begins), status=answer.status)


def _note_type(answer: Answer, origin: Origin, read: str) -> None:
    """Log once that a host sends JSON with another content type. It is accepted."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    if kind.lower().endswith("json") or (origin.host, read) in _misnamed:
        return
    _misnamed.add((origin.host, read))
    named = clean(kind, origin.key)[:100] or "nothing"
    log.warning("%s sends JSON as %s; %s is read anyway", origin.host, named, read)


def job_inside(answer: Answer, id: str | None) -> dict[str, Any] | None:
    """The job in an unsuccessful answer: as its body, or, if the job has failed, also inside an
    error, as an object or as JSON in the text of the message."""
    try:
        value = wire.decode(answer.body)
    except wire.WireError:
        return None
    if (job := _job(value, id)) is not None:
        return job.raw
    inside = (_job(each, id) for each in _objects_inside(value))
    return next((job.raw for job in inside if job and job.status in ENDED_BADLY), None)


def _job(value: Any, id: str | None) -> wire.RemoteVideo | None:
    try:
        video = wire.read_video(value)
    except wire.WireError:
        return None
    # An error body may well hold an id and a "status" of its own, such as "not_found".
    named = video.raw.get("object") == "video" or video.id == id
    return video if named and video.status != wire.Status.UNKNOWN else None


def _objects_inside(value: Any) -> Iterator[Any]:
    """The objects in the places where servers put errors, parsed if they are text."""
    fields = value if isinstance(value, dict) else {}
    for name in ("error", "detail", "message"):
        part = fields.get(name)
        if isinstance(part, dict):
            yield part
            part = part.get("message") or part.get("detail")
        if isinstance(part, dict):
            yield part
        elif isinstance(part, str):
            yield from _objects_in_text(part)


def _objects_in_text(text: str) -> Iterator[Any]:
    """JSON objects inside a sentence, also if quoted again. Limited, as the text is untrusted."""
    for form in (text[:MAX_QUOTED], text[:MAX_QUOTED].replace('\\"', '"')):
        for match in islice(re.finditer(r'\{\s*"', form), MAX_OBJECTS):
            if not is_too_deep(form[match.start() :]):
                with suppress(ValueError):
                    yield json.JSONDecoder().raw_decode(form, match.start())[0]


def read_created(
    answer: Answer, origin: Origin, reader: Callable[[Any], wire.RemoteVideo]
) -> wire.RemoteVideo:
    """The job that a successful create, remix, edit or extend has created.

    Raises Refused if the answer explicitly says that it created none, and BadAnswer, which then
    counts as accepted, if the job's id can't be found, not even as the answer's only text or URL.
    """
    try:
        return read_as(answer, origin, reader)
    except BadAnswer as unreadable:
        failure: ProviderError = unreadable
    value: Any = None
    with suppress(wire.WireError):
        value = wire.decode(answer.body)
    if (reason := wire.read_refusal(value)) is not None:
        message, code = clean(reason.message, origin.key), clean(reason.code, origin.key)[:100]
        failure = errors.Refused(message, status=answer.status, code=code)
        if _is_busy(code) or code in QUOTA_CODES:
            failure = errors.RateLimited(
                message,
                status=answer.status,
                retry_after=retry_after(answer.headers),
                code=code,
                quota=code in QUOTA_CODES,
            )
    elif ident := wire.accepted_id(value) or _located_id(answer):
        with suppress(wire.WireError):
            return reader({"id": ident})
    raise failure


def _located_id(answer: Answer) -> str | None:
    """The id at the end of the address of the new job, as a 201 or 202 may name it."""
    try:
        path = urlsplit(header_text(answer.headers.get("Location", ""))).path
    except ValueError:
        return None
    match = re.fullmatch(r".*/(?:videos|generations|tasks|jobs)/([^/]+)/?", path)
    return wire.as_id(unquote(match[1])) if match else None


def read_deleted(value: Any) -> bool:
    """From `{"deleted": true}`, `{"object": "video.deleted"}` or the job as it is now."""
    if not isinstance(value, dict):
        raise wire.WireError("the answer is not a JSON object")
    deleted = value.get("deleted")
    if isinstance(deleted, bool):
        return deleted
    word = value.get("status")
    gone = isinstance(word, str) and wire.status_of(word) == wire.Status.CANCELLED
    return gone or value.get("object") == "video.deleted"


def status_error(answer: Answer, origin: Origin) -> ProviderError:
    """The error for an unsuccessful answer."""
    message, code = _message_and_code(answer, origin)
    status, wait = answer.status, retry_after(answer.headers)
    if status in (400, 409, 422) and "idempoten" in f"{code} {message}".lower():
        # It has seen our key before, so it may well have made the job.
        return errors.Conflict(message or _phrase(status), status=status, code=code)
    phrase = _phrase(status)
    said: str = gettext_noop("%(host)s answered %(status)s.", host=origin.host, status=phrase)
    if message:
        said = gettext_noop(
            "%(host)s answered %(status)s: %(words)s",
            host=origin.host,
            status=phrase,
            words=message,
        )
    if status in (402, 429) or (400 <= status < 500 and (code in QUOTA_CODES or _is_busy(code))):
        # One that says when to come again is only waiting for what is under way to be paid.
        quota = (status == 402 and wait is None) or code in QUOTA_CODES
        return errors.RateLimited(said, status=status, retry_after=wait, code=code, quota=quota)
    if status == 400 and code and code in origin.dialect.missing_codes:
        return errors.NotFound(said, status=status, code=code)
    kind = _kind(status)
    if kind is errors.Refused:
        said = message or said
    if kind is BadAnswer and 300 <= status < 400:
        code = errors.REDIRECT
        target = clean(redirect_target(answer), origin.key)
        said = gettext_noop(
            "%(host)s redirects to %(target)s. Correct the provider's address.",
            host=origin.host,
            target=target or gettext_noop("another address"),
        )
    busy = status in BUSY_STATUSES or (
        kind in (errors.Conflict, errors.Unavailable)
        and bool(BUSY_WORDS.search(f"{code} {message}"))
    )
    return kind(said, status=status, retry_after=wait, code=code, busy=busy)


def redirect_target(answer: Answer) -> str:
    """The address to which a redirect points, without its query; "" if it has none."""
    if not 300 <= answer.status < 400:
        return ""
    try:
        url = join_url("", header_text(answer.headers.get("Location", "")))
    except ValueError:
        return ""
    return url.partition("?")[0]


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


def _is_busy(code: str) -> bool:
    return re.sub(r"[^a-z]+", "_", code.lower()) in BUSY_CODES


def _message_and_code(answer: Answer, origin: Origin) -> tuple[str, str]:
    """(message, code) in the server's own words; "" for each that is missing."""
    try:
        error = wire.read_error(wire.decode(answer.body))
    except wire.WireError:
        return clean(excerpt(answer.body), origin.key), ""
    if error is None:
        return "", ""
    return clean(error.message, origin.key), clean(error.code, origin.key)[:100]


def _phrase(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)
