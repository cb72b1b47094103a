"""How are texts cleaned, and how are our own messages marked for translation?"""

import re
from typing import Any, Self

# Control characters except tab and newline (PostgreSQL refuses NUL), embeddings, overrides and
# isolates of bidirectional text, and lone surrogates, which can't be encoded. The marks of Arabic
# and Hebrew (U+200E, U+200F, U+061C) stay.
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Message(str):
    """An English text for people that a room with Django can translate: see `gettext_noop`."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object]) -> Self:
        """`template` with named placeholders filled in from `values`."""
        self = super().__new__(cls, template % values if values else template)
        self.template, self.values = template, values
        return self


def gettext_noop(template: str, **values: object) -> Message:
    """Mark a text for translation without Django. It stays English until someone translates it."""
    return Message(template, values)


def plain(text: str) -> str:
    """`text` without control characters and bidirectional controls."""
    return UNSAFE.sub("", text)


def plain_values(value: Any) -> Any:
    """Decoded JSON with `plain` applied to every string in it, field names included."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        return [plain_values(each) for each in value]
    if isinstance(value, dict):
        return {plain(name): plain_values(each) for name, each in value.items()}
    return value


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; an ellipsis marks what was cut off."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def text_of(value: Any, limit: int) -> str | None:
    """A `plain` string of at most `limit` characters; None if empty or not a string."""
    return cut(plain(value), limit) or None if isinstance(value, str) else None
