"""Which headers does a request to a provider carry?"""

from videos.provider.dialects import Dialect

USER_AGENT = "dailies"


def check_key(key: str) -> str:
    """The key as it is sent. ValueError if no header can carry it."""
    key = key.strip()
    # In our own words: the library's message would quote the key.
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ValueError("The key contains characters that can't be sent in an HTTP header.")
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
