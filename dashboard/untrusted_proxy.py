"""Is there a proxy in front that TRUSTED_PROXIES doesn't count?

Then everyone seems to have the proxy's address, so that one attacker uses up everyone's sign-in
attempts, and redirects to HTTPS never end.
"""

import logging
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from dashboard import settings

ADVICE = "Set TRUSTED_PROXIES to the number of proxies in front of Dailies."


def by_settings(public_url: str, trusted: int) -> str:
    """A warning if the settings contradict each other; "" otherwise."""
    if trusted or not public_url.startswith("https://"):
        return ""
    return (
        f"PUBLIC_URL is {public_url}, and only a proxy in front can serve HTTPS, but "
        f"TRUSTED_PROXIES=0: everyone has the proxy's address, and redirects to HTTPS never end. "
        f"{ADVICE}"
    )


def by_requests(data_dir: Path, trusted: int) -> str:
    """A warning if untrusted headers of a proxy have been seen; "" otherwise."""
    seen = None
    with suppress(OSError):
        seen = datetime.fromtimestamp(_marker_path(data_dir).stat().st_mtime, UTC)
    if trusted or seen is None:
        return ""
    return (
        f"A request came through a proxy (it carried X-Forwarded-For) on {seen:%Y-%m-%d}, but "
        f"TRUSTED_PROXIES=0: everyone has the proxy's address in rate limits and logs. {ADVICE}"
    )


def watch() -> None:
    """Log once per process that a proxy's headers aren't trusted."""
    logging.getLogger("waitress").addFilter(_Once(settings.DATA_DIR, settings.TRUSTED_PROXIES))


class _Once(logging.Filter):
    """Replaces waitress's line for each request with one line, and leaves a file for `doctor`."""

    def __init__(self, data_dir: Path, trusted: int) -> None:
        super().__init__()
        self._data_dir, self._trusted, self._said = data_dir, trusted, False

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith("Removed untrusted headers"):
            return True
        if self._said:
            return False
        self._said = True
        with suppress(OSError):
            _marker_path(self._data_dir).touch()
        record.msg, record.args = by_requests(self._data_dir, self._trusted), None
        return bool(record.msg)


def _marker_path(data_dir: Path) -> Path:
    return data_dir / "tmp" / "untrusted_proxy"
