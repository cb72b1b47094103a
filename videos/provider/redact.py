"""Removes keys and control characters from a server's text before it is logged, stored or shown."""

import re
import unicodedata

LONGEST = 500
REDACTED = "[key]"

# Keys are echoed whole ("Incorrect API key provided: sk-…") or in part ("sk-abc***xyz").
# A search that could begin inside a word would read each long word once for each of its letters.
_KEY_LIKE = re.compile(
    r"\b(?:Bearer\s+\S+|(?:sk|pk|rk|key|api[-_]?key)[-_][\w*.…•-]{3,})"
    r"|(?<![\w-])[\w-]+(?:\*{2,}|•{2,})[\w*•-]*",
    re.IGNORECASE,
)
_STARS = re.compile(r"(?<![\w-])[\w-]*(?:\*{3,}|•{3,})[\w*•-]*")
_HEAD = 6
# Below this a "key" is a placeholder such as "none", and hiding it would only garble text.
SHORTEST_KEY = 8


def clean(text: str, key: str = "") -> str:
    """One line of at most 500 characters, without keys, control and direction characters."""
    shown = "".join(" " if _unseen(character) else character for character in text[:8192])
    shown = " ".join(redact(shown, key).split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def redact(text: str, key: str = "") -> str:
    """`text` with `key`, its first part and everything that looks like a key replaced."""
    if len(key) >= SHORTEST_KEY:
        text = text.replace(key, REDACTED)
        text = re.sub(re.escape(key[:_HEAD]) + r"[\w*.…•-]*", REDACTED, text)
    return _STARS.sub(REDACTED, _KEY_LIKE.sub(REDACTED, text))


def redact_body(body: bytes, key: str) -> bytes:
    """A body without the key, so that the key can't be stored with it."""
    return body.replace(key.encode(), REDACTED.encode()) if len(key) >= SHORTEST_KEY else body


def excerpt(body: bytes) -> str:
    """A few words of a body that isn't JSON: a page's title, or the beginning of plain text."""
    text = body[:4096].decode("utf-8", "replace").strip()
    if not text.startswith("<"):
        return text[:200]
    title = re.search(r"<title[^>]*>([^<]*)", text, re.IGNORECASE)
    return title[1].strip()[:200] if title else ""


def _unseen(character: str) -> bool:
    # Cc: controls; Cf: direction overrides and the like; Cs: lone surrogates.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
