"""Builds the body of a create request for each dialect."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from videos import wire
from videos.provider.dialects import Dialect
from videos.wire.values import whole_number


@dataclass(frozen=True, slots=True)
class Reference:
    """An image: file name, media type and bytes. `role` is "first" for the one to start from,
    "last" for the one to end on, "guide" for one that fixes no frame."""

    name: str
    content_type: str
    data: bytes = field(repr=False)
    role: str = "first"


@dataclass(frozen=True, slots=True)
class CreateCall:
    """What to create. None leaves the choice to the server. `extra` contains extra fields,
    `characters` the server's ids of the characters in the clip."""

    prompt: str
    model: str | None = None
    size: str | None = None
    seconds: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    reference: Reference | None = None
    # Further images, for the dialects that have a place for them.
    more: tuple[Reference, ...] = ()
    characters: tuple[str, ...] = ()


def body_of(call: CreateCall, dialect: Dialect) -> dict[str, Any]:
    """The body of a create as `Transport.send` takes it: `json`, or `files` for a form."""
    api_fields = {
        "prompt": call.prompt,
        "size": call.size,
        "seconds": seconds_of(call.seconds, dialect),
    }
    if dialect.model_field:
        api_fields["model"] = call.model
    fields = dict(call.extra) | {
        name: value for name, value in api_fields.items() if value is not None
    }
    image = call.reference
    if dialect.json_only:
        fields |= _pictures(call, dialect)
        image = None
    # Elsewhere a file needs a form. The API's own examples name characters in JSON alone.
    wants_json = dialect.json_only or dialect.create_body == "json" or bool(call.characters)
    if wants_json and image is None:
        cast = {"characters": [{"id": each} for each in call.characters]} if call.characters else {}
        return {"json": fields | cast}
    return {"files": _form(fields, call.characters, image)}


def _pictures(call: CreateCall, dialect: Dialect) -> dict[str, Any]:
    """The images as data URLs, each in the field of its role."""
    fields: dict[str, Any] = {}
    for image in (call.reference, *call.more):
        if image is None:
            continue
        data = base64.b64encode(image.data).decode()
        url = {"image_url": f"data:{image.content_type};base64,{data}"}
        if image.role == "guide":
            fields.setdefault("reference_images", []).append(url)
        else:
            fields["last_frame" if image.role == "last" else dialect.first_field] = url
    return fields


def seconds_of(seconds: str | None, dialect: Dialect) -> str | int | float | None:
    """A length as the server wants it."""
    if seconds is None or not dialect.seconds_as_number:
        return seconds
    number = whole_number(seconds)
    return float(seconds) if number is None else number


Part = tuple[str, tuple[str | None, str | bytes, str | None]]


def _form(
    fields: Mapping[str, Any], characters: tuple[str, ...], image: Reference | None
) -> list[Part]:
    # Parts without a file name, because a form without files would not be multipart.
    parts: list[Part] = [(name, (None, _form_text(value), None)) for name, value in fields.items()]
    parts += [("characters[][id]", (None, each, None)) for each in characters]
    if image is not None:
        parts.append(("input_reference", (image.name, image.data, image.content_type)))
    return parts


def _form_text(value: Any) -> str:
    return value if isinstance(value, str) else wire.encode(value).decode()
