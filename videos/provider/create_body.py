"""What goes into a create request, for each dialect?"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from videos import wire
from videos.provider.dialects import Dialect
from videos.provider.error_mapping import not_offered
from videos.wire.text import gettext_noop


@dataclass(frozen=True, slots=True)
class Reference:
    """An image to start from: file name, media type and bytes."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CreateCall:
    """What to create. None leaves the choice to the server; `extra` holds further fields,
    `characters` the server's ids of those who are to appear.

    The clip begins with the `reference`, ends with the `last_frame`, or is guided by the pictures
    in `guides`, which then are not frames of it.
    """

    prompt: str
    model: str | None = None
    size: str | None = None
    seconds: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    reference: Reference | None = None
    characters: tuple[str, ...] = ()
    last_frame: Reference | None = None
    guides: tuple[Reference, ...] = ()


def refuse_unsupported(call: CreateCall, dialect: Dialect) -> None:
    """Raise NotOffered for what servers of this kind would leave out of the call."""
    if call.last_frame is not None and not dialect.last_frames:
        raise not_offered(dialect, gettext_noop("a last frame"))
    if call.guides and not dialect.guides:
        raise not_offered(dialect, gettext_noop("images that guide a clip"))
    if call.guides and (call.reference or call.last_frame):
        raise not_offered(dialect, gettext_noop("images that guide a clip together with frames"))


def body_of(call: CreateCall, dialect: Dialect) -> dict[str, Any]:
    """The body of a create as `Transport.send` takes it: `json`, or `files` for a form."""
    asked = {"prompt": call.prompt, "size": call.size, "seconds": seconds_of(call.seconds, dialect)}
    if dialect.model_field:
        asked["model"] = call.model
    fields = dict(call.extra) | {name: value for name, value in asked.items() if value is not None}
    image = call.reference
    if dialect.json_only and image is not None:
        data = base64.b64encode(image.data).decode()
        fields["input_reference"] = {"image_url": f"data:{image.content_type};base64,{data}"}
        image = None
    # Elsewhere a file needs a form. The API's own examples name characters in JSON alone.
    wants_json = dialect.json_only or dialect.create_body == "json" or bool(call.characters)
    if wants_json and image is None:
        cast = {"characters": [{"id": each} for each in call.characters]} if call.characters else {}
        return {"json": fields | cast}
    return {"files": _form(fields, call.characters, image)}


def seconds_of(seconds: str | None, dialect: Dialect) -> str | int | float | None:
    """A length as the server wants it."""
    if seconds is None or not dialect.seconds_as_number:
        return seconds
    return int(seconds) if seconds.isdigit() else float(seconds)


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
