"""What goes into a create request, for each dialect?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from videos import wire
from videos.provider.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Reference:
    """An image to start from: file name, media type and bytes."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CreateCall:
    """What to create. None leaves the choice to the server; `extra` holds further fields,
    `characters` the server's ids of those who are to appear."""

    prompt: str
    model: str | None = None
    size: str | None = None
    seconds: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    reference: Reference | None = None
    characters: tuple[str, ...] = ()


def body_of(call: CreateCall, dialect: Dialect) -> dict[str, Any]:
    """The body of a create as `Transport.send` takes it: `json`, or `files` for a form."""
    asked = {"prompt": call.prompt, "size": call.size, "seconds": call.seconds}
    if dialect.model_field:
        asked["model"] = call.model
    fields = dict(call.extra) | {name: value for name, value in asked.items() if value is not None}
    # A file needs a form; every server that takes JSON and files takes forms, too. The API's own
    # examples name characters in JSON alone.
    if (dialect.create_body == "json" or call.characters) and call.reference is None:
        cast = {"characters": [{"id": each} for each in call.characters]} if call.characters else {}
        return {"json": fields | cast}
    # Parts without a file name, because a form without files would not be multipart.
    parts: list[tuple[str, tuple[str | None, str | bytes, str | None]]] = [
        (name, (None, _form_text(value), None)) for name, value in fields.items()
    ]
    parts += [("characters[][id]", (None, each, None)) for each in call.characters]
    if (image := call.reference) is not None:
        parts.append(("input_reference", (image.name, image.data, image.content_type)))
    return {"files": parts}


def _form_text(value: Any) -> str:
    return value if isinstance(value, str) else wire.encode(value).decode()
