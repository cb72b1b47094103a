"""What do public ids look like?"""

import hashlib
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


def hash_of(token: str) -> str:
    """What a random token is looked up by. It has 256 bits, so one round is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
