"""What does the JSON body of a request below /api say?"""

import re
from typing import Any, TypeVar

import msgspec
from django.http import HttpRequest

from videos import wire
from videos.gateway.responses import Refusal
from videos.gateway.review.objects import Body

T = TypeVar("T", bound=Body)
MAX_BYTES = 256 * 1024
# msgspec names the place as `$.tags[1]`, and an unknown field in backquotes.
PLACE = re.compile(r" - at `\$\.?(?P<name>\w*)[^`]*`$")
UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")
MISSING = re.compile(r"missing required field `(?P<name>[^`]*)`")


def read_body(request: HttpRequest, kind: type[T]) -> T:
    """The body as a `kind`. Refusal (413, 415), WireError naming the wrong field."""
    if request.content_type != "application/json":
        message = "Send the request as application/json."
        raise Refusal(415, message, code="unsupported_media_type")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        raise Refusal(413, "The request body is too large.", code="body_too_large")
    fields = wire.json_fields(request.read(MAX_BYTES + 1), limit=MAX_BYTES)
    try:
        return msgspec.convert(_with_integers(fields), kind)
    except msgspec.ValidationError as error:
        raise _named(str(error)) from error


def _with_integers(value: Any) -> Any:
    """The same, with 5 for 5.0: in JSON both are integers, but msgspec takes only the first."""
    if isinstance(value, dict):
        return {name: _with_integers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_integers(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _named(text: str) -> wire.WireError:
    if match := UNKNOWN.search(text):
        name = match["name"][:100]
        message = f"`{name}` isn't a field of this request."
        return wire.WireError(message, param=name, code="unknown_parameter")
    if match := MISSING.search(text):
        return wire.WireError(f"`{match['name']}` is required.", param=match["name"])
    match = PLACE.search(text)
    name = match["name"] if match else ""
    reason = PLACE.sub("", text)
    return wire.WireError(f"`{name}`: {reason}." if name else f"{reason}.", param=name or None)
