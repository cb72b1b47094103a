"""How does a request's body become fields, whether it came as a form or as JSON?"""

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from videos.wire.objects import WireError
from videos.wire.read import decode

# Clients flatten nested objects: input_reference[image_url], video[id], characters[][id].
NESTED = re.compile(r"(\w+)(\[\])?\[(\w+)\]")
DATA_URL = re.compile(r"data:image/(?:png|jpeg|jpg|webp);base64,", re.IGNORECASE)

# Names of other APIs for our fields.
INSTEAD = {
    "duration": "seconds",
    "length": "seconds",
    "num_seconds": "seconds",
    "num_outputs_per_prompt": "n",
    "resolution": "size",
    "aspect_ratio": "size",
    "width": "size",
    "height": "size",
    "image": "input_reference",
    "image_url": "input_reference",
    "reference_image": "input_reference",
}


def known_fields(
    fields: Mapping[str, Any], allowed: Collection[str], *, files: Iterable[str] = ()
) -> dict[str, Any]:
    """The fields that have a value. Raises WireError for a field or file that isn't `allowed`.

    Ignoring an unknown field could mean paying for a clip that the caller didn't want.
    """
    present = {name: value for name, value in fields.items() if value is not None}
    for name in (*present, *files):
        if name not in allowed:
            raise _unknown(name[:100], INSTEAD.get(name, ""), allowed)
    return present


def _unknown(shown: str, instead: str, allowed: Collection[str]) -> WireError:
    hint = f" Use `{instead}`." if instead in allowed else ""
    message = f"`{shown}` isn't a field of this request.{hint}"
    return WireError(message, param=shown, code="unknown_parameter")


def form_fields(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a form in the structure of JSON. If a name occurs twice, the last one counts,
    except in a list of objects, where it starts the next object."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        match = NESTED.fullmatch(name)
        if match is None:
            fields[name] = value
        elif match[2]:
            _add(fields.setdefault(match[1], []), match[3], value)
        elif isinstance(nested := fields.setdefault(match[1], {}), dict):
            nested[match[3]] = value
    return fields


def json_fields(body: bytes, *, limit: int) -> dict[str, Any]:
    """The fields of a JSON body of at most `limit` bytes. Raises WireError."""
    try:
        fields = decode(body, limit=limit)
    except WireError as error:
        raise WireError("The body is not valid JSON.", code="invalid_json") from error
    if not isinstance(fields, dict):
        raise WireError("The body must be a JSON object.", code="invalid_json")
    return fields


def picture_bytes(value: Any) -> bytes | None:
    """The picture in the field `input_reference`, if it isn't a file; None without one.

    Raises WireError for anything but a `data:` URL: fetching a caller's URL would give callers
    access to our network.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        raise refuse_picture("must be a file or an object with `image_url`")
    if value.get("file_id") is not None:
        raise refuse_picture("by `file_id` is not offered; send the picture itself")
    address = value.get("image_url")
    head = DATA_URL.match(address) if isinstance(address, str) else None
    if head is None or not isinstance(address, str):
        raise refuse_picture(
            "must hold in `image_url` a data: URL of a PNG, JPEG or WebP picture in base64; "
            "addresses are not fetched"
        )
    try:
        return base64.b64decode(address[head.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise refuse_picture("is not valid base64") from error


def refuse_picture(problem: str) -> WireError:
    """The error for a picture that can't be used; `problem` is a phrase."""
    return WireError(
        f"`input_reference` {problem}.", param="input_reference", code="invalid_input_reference"
    )


def _add(rows: Any, name: str, value: str) -> None:
    if not isinstance(rows, list):
        return
    if not rows or name in rows[-1]:
        rows.append({})
    rows[-1][name] = value
