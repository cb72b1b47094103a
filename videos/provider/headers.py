"""Which headers does a request to a provider have?"""

from videos.provider.dialects import Dialect
from videos.wire.text import gettext_noop

USER_AGENT = "dailies"


def check_key(key: str) -> str:
    """The key as it is sent. Raises ValueError if it can't be sent in a header."""
    key = key.strip()
    # Our own message: the library's would contain the key.
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ValueError(gettext_noop("The key contains characters that HTTP headers can't have."))
    return key


def request_headers(key: str, dialect: Dialect, accept: str = "application/json") -> dict[str, str]:
    """The headers of every request, with the key where the dialect wants it."""
    headers = {
        "Accept": accept,
        "Accept-Encoding": "gzip" if accept == "application/json" else "identity",
        "User-Agent": USER_AGENT,
    }
    if key and dialect.auth == "api-key":
        headers["api-key"] = key
    elif key:
        headers["Authorization"] = f"Bearer {key}"
    return headers
