"""Is a refusal about one request, or about the key or the address?

Asked with GETs that make nothing. The answers of the routes that clips need count most: a list of
models may be public, or closed to a key that makes clips.
"""

import re
import secrets
from enum import Enum
from typing import Any

from videos import wire
from videos.provider.client import Client
from videos.provider.detect import json_of
from videos.provider.errors import ProviderError
from videos.provider.response import Answer

REFUSED = (401, 403)
BETWEEN_WORDS = re.compile(r"[\s\"']+")
PATH_OR_NUMBER = re.compile(r"[/\d]")


class Verdict(Enum):
    """What a refusal was about; UNKNOWN where the server gave no usable answer."""

    REQUEST = "request"
    PROVIDER = "provider"
    UNKNOWN = "unknown"


def judge_key(client: Client) -> Verdict:
    """After 401 or 403: does the same key fail on something harmless, too?"""
    refused = False
    for answer in (_list(client), _unknown_id(client)):
        if is_list(answer) or knows_ids(answer):
            return Verdict.REQUEST
        refused = refused or _is_refused(answer)
    models = _ask(client, "/models")
    # A list that is open to everyone says nothing about the key.
    if _has_data(models) and not (
        client.has_key and _has_data(_ask(client.anonymous(), "/models"))
    ):
        return Verdict.REQUEST
    return Verdict.PROVIDER if refused or _is_refused(models) else Verdict.UNKNOWN


def judge_endpoint(client: Client) -> Verdict:
    """After 404 or the like on create: is the Video API there at all?"""
    listed, unknown = _list(client), _unknown_id(client)
    if has_jobs(listed, unknown, _ask(client, made_up_route())):
        return Verdict.REQUEST
    answered = [each for each in (listed, unknown) if each is not None and each.status < 500]
    return Verdict.PROVIDER if answered else Verdict.UNKNOWN


def is_readable(client: Client) -> bool:
    """Return True if the server answers a harmless GET as an API does, be it with a refusal."""
    # Where the list alone fails, the answer about a made-up job tells.
    return _is_api(_list(client)) or _is_api(_unknown_id(client))


def _is_api(answer: Answer | None) -> bool:
    if answer is None or not (answer.ok or 400 <= answer.status < 500):
        return False
    return isinstance(json_of(answer), dict | list)


def is_list(answer: Answer | None) -> bool:
    """Return True for a page of a list of jobs."""
    if answer is None or not answer.ok:
        return False
    try:
        wire.read_page(json_of(answer))
    except wire.WireError:
        return False
    return True


def has_jobs(listed: Answer | None, unknown: Answer | None, unknown_route: Answer | None) -> bool:
    """Return True if the list, or the answer about a made-up job, proves that there are jobs.

    Some servers answer every address with the same JSON, so the answer at a route that can't exist
    has to differ.
    """
    if is_list(listed) and not is_list(unknown_route):
        return True
    return knows_ids(unknown) and not says_the_same(unknown, unknown_route)


def knows_ids(answer: Answer | None) -> bool:
    """Return True if an unknown id was answered by a server with jobs, not by a missing route."""
    value = json_of(answer)
    if answer is None or not isinstance(value, dict) or answer.status >= 500:
        return False
    if answer.status in REFUSED:
        return False
    return value != {"detail": "Not Found"} and wire.read_error(value) is not None


def _is_refused(answer: Answer | None) -> bool:
    return answer is not None and answer.status in REFUSED


def _has_data(answer: Answer | None) -> bool:
    return answer is not None and answer.ok and isinstance(json_of(answer), dict | list)


def _is_public(client: Client, path: str) -> bool:
    """Return True if the key makes no difference there: then the answer says nothing about it."""
    return not client.has_key or _has_data(_ask(client.anonymous(), path))


def made_up_id() -> str:
    """The path of a job that no server has: what is said of it costs and changes nothing."""
    return _made_up("/videos")


def made_up_route() -> str:
    """A path that no server has."""
    return _made_up("/no_route")


def says_the_same(one: Answer | None, other: Answer | None) -> bool:
    """Return True if both answers are the same, apart from the requested path."""
    return (
        one is not None and other is not None and _status_and_text(one) == _status_and_text(other)
    )


def _status_and_text(answer: Answer) -> tuple[int, str]:
    """The status and the words, without the path that was asked for, ids of requests and times."""
    error = wire.read_error(json_of(answer))
    said = (
        answer.body.decode(errors="replace") if error is None else f"{error.code} {error.message}"
    )
    # Word by word: a pattern that may begin anywhere in a long word takes the square of its length.
    words = BETWEEN_WORDS.split(said)
    return answer.status, " ".join(word for word in words if not PATH_OR_NUMBER.search(word))


def _list(client: Client) -> Answer | None:
    return _ask(client, "/videos", params={"limit": "1"}) if client.dialect.lists else None


def _unknown_id(client: Client) -> Answer | None:
    return _ask(client, made_up_id())


def _made_up(path: str) -> str:
    return f"{path}/video_{secrets.token_hex(16)}"


def _ask(client: Client, path: str, **query: Any) -> Answer | None:
    try:
        return client.ask("GET", path, **query)
    except ProviderError:
        return None
