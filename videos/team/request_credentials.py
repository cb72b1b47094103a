"""Who sends this request? Asked before a large body is received, so that anonymous clients can't
occupy a slot."""

import logging
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import Error, close_old_connections
from django.http import parse_cookie

from videos.team import tokens

log = logging.getLogger(__name__)

# Called by the server's event loop, which serves no requests while it waits.
LONGEST_WAIT = 1.0
# After a database error, the database isn't queried for this long.
PAUSE_SECONDS = 10.0


class Senders:
    """Looks up whether a request comes from someone with an account.

    While the database is away, everyone counts as known: other limits still hold.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="senders")
        self._away_until = 0.0

    def __call__(self, headers: Mapping[str, str]) -> bool:
        """Return False if neither the session nor the token in these WSGI headers is valid."""
        if time.monotonic() < self._away_until:
            return True
        try:
            return self._thread.submit(_look_up, headers).result(LONGEST_WAIT)
        except (Error, TimeoutError) as error:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            log.warning(
                "can't check who sends large bodies; accepting them: %s",
                error or "no answer in time",
            )
            return True


def _look_up(headers: Mapping[str, str]) -> bool:
    close_old_connections()
    return is_known(headers)


def is_known(headers: Mapping[str, str]) -> bool:
    """Return True if a signed-in session or an active token is given. One look-up for each."""
    token = tokens.token_in(headers.get("AUTHORIZATION", ""), headers.get("API_KEY", ""))
    session = parse_cookie(headers.get("COOKIE", "")).get(settings.SESSION_COOKIE_NAME, "")
    return (bool(token) and tokens.is_active(token)) or (bool(session) and _is_signed_in(session))


def _is_signed_in(key: str) -> bool:
    # Guests of share links have sessions, too.
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return SESSION_KEY in store
