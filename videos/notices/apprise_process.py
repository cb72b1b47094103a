"""Sends one message with Apprise: `python -m videos.notices.apprise_process`, a process of its own.

Apprise's services have no total deadline, follow what servers say, and connect wherever an address
leads. Here the parent ends the process in time, and an audit hook of Python refuses connections to
addresses that aren't allowed, after names were resolved and also after a redirect. The address, a
secret, comes by standard input; the outcome leaves by standard output, as JSON without secrets.
"""

import json
import os
import re
import socket
import sys
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from videos.notices.services import FORBIDDEN, SERVICES, host_of
from videos.provider.addresses import AddressRefused, why_refused
from videos.provider.proxies import proxy_for

SECONDS = 20
# Parts of an Apprise URL that change how often, or to where, it is sent.
IGNORED = ("redirect", "retry", "wait", "optional", FORBIDDEN)
# Events of programs that are started.
PROGRAMS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork")
STATUS = re.compile(r"error=(\d{3})\b")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class Guard:
    """Python's audit hook of this process: sees every connection before it is made."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._proxies: set[str] = set()
        self.has_refused = False
        # Set just before the first byte of a request is sent. Until then, no server can have it.
        self.has_sent = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "http.client.send":
            self.has_sent = True
        elif event == "socket.connect":
            self._check(args[1])
        elif event in PROGRAMS or event == "socket.sendto":
            raise AddressRefused(event)

    def allow_proxies(self) -> None:
        """Allow connections to the operator's proxies, which may be at any address."""
        for url in getproxies_environment().values():
            parts = urlsplit(url)
            with suppress(OSError, ValueError):
                addresses = socket.getaddrinfo(parts.hostname, parts.port)
                self._proxies.update(str(entry[4][0]) for entry in addresses)

    def _check(self, address: Any) -> None:
        # Any other type is a Unix socket.
        host = str(address[0]) if isinstance(address, tuple) else ""
        if host and host in self._proxies:
            return
        try:
            reason = why_refused(host, allow_private=self._allow_private)
        except ValueError:
            reason = "not an IP address"
        if reason is not None:
            self.has_refused = True
            raise AddressRefused(reason)


def main() -> None:
    """Read the message, send it, and write the outcome."""
    message = json.load(sys.stdin)
    guard = Guard(allow_private=message["allow_private"])
    try:
        _choose_proxy(message["url"], message["allow_private"])
        guard.allow_proxies()
        sys.addaudithook(guard)
        outcome = send(message["url"], message["title"], message["body"])
    except AddressRefused:
        outcome = {"state": "refused"}
    except Exception as error:
        outcome = {"state": "failed", "error": type(error).__name__}
    outcome["was_refused"], outcome["was_sent"] = guard.has_refused, guard.has_sent
    print(json.dumps(outcome), flush=True)  # noqa: T201
    # A thread of Apprise that still waits for a server would keep the process.
    os._exit(0)


def send(url: str, title: str, body: str) -> dict[str, Any]:
    """`state` is sent, failed or invalid; `status` the HTTP status that the service answered."""
    import apprise
    from apprise.plugins import url_to_dict

    parts: dict[str, Any] | None = url_to_dict(url)  # type: ignore[no-untyped-call]
    if not parts or parts.get("schema") not in SERVICES:
        return {"state": "invalid"}
    for name in IGNORED:
        parts.pop(name, None)
    asset = apprise.AppriseAsset(
        app_id="Dailies",
        app_desc="Dailies",
        async_mode=False,
        http_redirects=False,
        service_timeout=SECONDS,
    )
    service = apprise.Apprise.instantiate(parts, asset=asset)
    if service is None:
        return {"state": "invalid"}
    client = apprise.Apprise(asset=asset)
    client.add(service)
    result = client.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    statuses = [match for entry in result.logs() if (match := STATUS.search(entry.message))]
    status = int(statuses[-1][1]) if statuses else None
    return {"state": "sent" if result else "failed", "status": status}


def _choose_proxy(url: str, allow_private: bool) -> None:
    """Reach private addresses directly, as everywhere else. Raises AddressRefused."""
    host = host_of(url)
    if not host:
        return
    base = f"https://[{host}]" if ":" in host else f"https://{host}"
    try:
        proxy = proxy_for(base, allow_private=allow_private)
    except socket.gaierror:
        return
    if proxy is None:
        for name in PROXIES:
            os.environ.pop(name, None)
            os.environ.pop(name.upper(), None)


if __name__ == "__main__":
    main()
