"""What do public ids look like?"""

import re
import secrets

VIDEO_ID = "video_[0-9a-f]{32}"
CHARACTER_ID = "char_[0-9a-f]{32}"
QUOTE_ID = "quote_[0-9a-f]{32}"

_VIDEO_ID = re.compile(VIDEO_ID)
_CHARACTER_ID = re.compile(CHARACTER_ID)
_QUOTE_ID = re.compile(QUOTE_ID)


def new_public_id() -> str:
    """A new id of a video job: `video_` and 32 hex digits."""
    return f"video_{secrets.token_hex(16)}"


def new_character_id() -> str:
    """A new id of a character: `char_` and 32 hex digits."""
    return f"char_{secrets.token_hex(16)}"


def new_quote_id() -> str:
    """A new id of a quote: `quote_` and 32 hex digits."""
    return f"quote_{secrets.token_hex(16)}"


def is_video_id(text: str) -> bool:
    """Return True if `text` could be the public id of a video job."""
    return _VIDEO_ID.fullmatch(text) is not None


def is_character_id(text: str) -> bool:
    """Return True if `text` could be the public id of a character."""
    return _CHARACTER_ID.fullmatch(text) is not None


def is_quote_id(text: str) -> bool:
    """Return True if `text` could be the public id of a quote."""
    return _QUOTE_ID.fullmatch(text) is not None


def as_key(text: str) -> int | None:
    """The primary key that `text` writes; None where it writes none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
