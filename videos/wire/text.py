"""What of a stranger's text is kept? All but what no screen shows and what turns a line around."""

import re
from typing import Any

# Controls but tab and newline: NUL, which PostgreSQL refuses, and its like. Then the embeddings,
# overrides and isolates of bidirectional text, and lone surrogates, which no encoding carries.
# The marks that Arabic and Hebrew are written with (U+200E, U+200F, U+061C) stay.
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """`text` without control characters and bidirectional controls."""
    return UNSAFE.sub("", text)


def plain_values(value: Any) -> Any:
    """Decoded JSON with every text in it, names of fields too, made `plain`."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        return [plain_values(each) for each in value]
    if isinstance(value, dict):
        return {plain(name): plain_values(each) for name, each in value.items()}
    return value


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def text_of(value: Any, limit: int) -> str | None:
    """A text of at most `limit` characters without controls; None for anything else or nothing."""
    return cut(plain(value), limit) or None if isinstance(value, str) else None
