"""How are texts cleaned, and how are our own messages marked for translation?"""

import json
import re
from contextlib import suppress
from typing import Any, Self

from videos.wire.nesting import is_too_deep

# Control characters except tab and newline (PostgreSQL refuses NUL), embeddings, overrides and
# isolates of bidirectional text, and lone surrogates, which can't be encoded. The marks of Arabic
# and Hebrew (U+200E, U+200F, U+061C) stay.
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


# Between the template and the values of a packed message. No foreign text can hold it.
SEPARATOR = "\x1e"


class Message(str):
    """An English text for people that a package with Django can translate: see `gettext_noop`.

    Values may be messages themselves.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object]) -> Self:
        """`template` with named placeholders filled in from `values`."""
        self = super().__new__(cls, template % values if values else template)
        self.template, self.values = template, values
        return self

    def __getnewargs__(self) -> tuple[str, dict[str, object]]:  # type: ignore[override]
        """What makes a copy, also in a cache."""
        return self.template, self.values


def gettext_noop(template: str, **values: object) -> Message:
    """Mark a text for translation without Django. It stays English until someone translates it."""
    return Message(template, values)


def joined(*sentences: str) -> Message:
    """Sentences one after the other; empty ones are left out."""
    values: dict[str, object] = {f"s{place}": each for place, each in enumerate(sentences) if each}
    return Message(" ".join(f"%({name})s" for name in values), values)


def packed(text: str, limit: int) -> str:
    """A message as one line of text that `unpacked` reads, of at most `limit` characters. The
    longest of its values are shortened where it would be longer."""
    if not isinstance(text, Message) or not text.values:
        return cut(str(text), limit)
    for longest in (limit, limit // 2, limit // 4, limit // 8, limit // 16):
        line = text.template + SEPARATOR + json.dumps(_values(text, longest), ensure_ascii=False)
        if len(line) <= limit:
            return line
    return cut(str(text), limit)


def unpacked(line: str) -> str:
    """The message in a `packed` line; any other text as it is."""
    template, separator, values = line.partition(SEPARATOR)
    if separator:
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            return line if is_too_deep(values) else _message(template, json.loads(values))
    return line


def _values(message: Message, longest: int) -> dict[str, object]:
    """Values as JSON has them: numbers and texts as they are, a message as a list."""
    values: dict[str, object] = {}
    for name, value in message.values.items():
        if isinstance(value, Message) and value.values:
            values[name] = [value.template, _values(value, longest)]
        elif isinstance(value, Message):
            values[name] = [value.template, {}]
        else:
            values[name] = value if isinstance(value, int | float) else cut(str(value), longest)
    return values


def _message(template: str, values: dict[str, Any]) -> Message:
    read = {n: _message(*v) if isinstance(v, list) else v for n, v in values.items()}
    return Message(template, read)


def plain(text: str) -> str:
    """`text` without control characters and bidirectional controls."""
    return UNSAFE.sub("", text) if UNSAFE.search(text) else text


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
