"""How are a provider's texts and objects cleaned and shortened before they are stored?"""

from typing import Any

from videos import wire
from videos.wire.text import gettext_noop

MAX_RAW = 16 * 1024
KEPT_OF_LARGE = 4 * 1024
NO_REASON = gettext_noop("The provider gave no reason.")


def plain(text: str) -> str:
    """A provider's text without control characters and bidirectional controls."""
    return wire.plain(text)


def bounded(raw: dict[str, Any]) -> dict[str, Any]:
    """A provider's object as it is stored: at most about MAX_RAW bytes, every text `plain`."""
    text = wire.encode(raw)
    if len(text) <= MAX_RAW:
        cleaned: dict[str, Any] = wire.plain_values(raw)
        return cleaned
    note = f"The provider's object has {len(text):,} bytes. Only its beginning is kept."
    return {"note": note, "beginning": plain(text[:KEPT_OF_LARGE].decode(errors="ignore"))}
