"""Reads multipart and JSON requests into an `Order`."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Request

from engine import catalogue, uploads
from videos import wire
from videos.wire.values import whole_number

# A picture of 20 MB in base64, and the rest of the request.
MAX_BODY = 28 * 1024 * 1024
MAX_SEED = 2**63 - 1
CREATE_FIELDS = ("prompt", "model", "size", "seconds", "input_reference", "seed", "n")
FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


class EngineRequest(Request):
    """Werkzeug's request with limits: a too large body is refused while it is read."""

    max_content_length = MAX_BODY
    max_form_memory_size = MAX_BODY  # some clients send the picture as a field
    max_form_parts = 100


@dataclass(frozen=True)
class Order:
    """A request that can be fulfilled. `picture` is a JPEG of the size asked for; `source` is the
    file of a clip that is continued or lends its picture; for the rest see `store.NewJob`."""

    prompt: str
    model: str
    size: str
    seconds: str
    seed: int | None
    picture: bytes | None
    source: Path | None = None
    words: str = ""
    look: str = ""
    continues: int = 0
    lends: str = ""


def read_order(request: Request) -> Order:
    """The order in a request. Raises WireError for anything unsupported or invalid."""
    fields = read_fields(request, CREATE_FIELDS)
    wire.check_number(fields.get("n"))
    body = wire.read_create(fields)
    model, size, seconds = catalogue.choose(body)
    return Order(
        prompt=body.prompt,
        model=model.id,
        size=size,
        seconds=seconds,
        seed=_seed(fields.get("seed")),
        picture=_picture(request, fields, size),
    )


def read_fields(request: Request, allowed: Collection[str]) -> dict[str, Any]:
    """The body's fields, without files. Raises WireError for one that isn't `allowed`."""
    files = request.files if request.mimetype in FORM_TYPES else ()
    return wire.known_fields(_fields(request), allowed, files=files)


def _fields(request: Request) -> dict[str, Any]:
    if request.mimetype in FORM_TYPES:
        return _form(request)
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the request as multipart/form-data or application/json.")
    body = request.get_data(cache=False)
    if len(body) >= MAX_BODY:  # a body without a length is cut there in silence
        raise RequestEntityTooLarge("The body is too large.")
    return wire.json_fields(body, limit=MAX_BODY)


def _form(request: Request) -> dict[str, Any]:
    fields = wire.form_fields(request.form.items(multi=True))
    if not fields and not request.files:
        raise wire.WireError("The form is empty or broken.", code="invalid_form")
    return fields


def _seed(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = whole_number(value, 19)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SEED:
        _wrong_seed()
    return value


def _wrong_seed() -> NoReturn:
    raise wire.WireError(f"`seed` must be a whole number from 0 to {MAX_SEED}.", param="seed")


def _picture(request: Request, fields: dict[str, Any], size: str) -> bytes | None:
    pixels = wire.parse_size(size)
    data = _picture_data(request, fields.get("input_reference"))
    return None if data is None or pixels is None else uploads.read_picture(data, pixels)


def _picture_data(request: Request, value: Any) -> bytes | None:
    upload = request.files.get("input_reference")
    if upload is not None:
        data = upload.read(uploads.MAX_BYTES + 1)
        # Browsers send an empty part without a name if no file was chosen.
        return data if data or upload.filename else None
    return wire.picture_bytes(value)
