"""Which HTTP proxy leads to a server? `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say so.

Loopback and private addresses are reached directly, such as an engine on this machine or a GPU box
in the same network. `PROXY_HOSTS` names private hosts that are reached through the proxy.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from videos.provider.addresses import AddressRefused, origin, resolve, why_refused

SCHEMES = ("http", "https")


class ProxyRefused(OSError):
    """The proxy itself refused the request. The server hasn't seen it."""


def proxy_url(text: str) -> str:
    """The URL of an HTTP proxy, or "" for none. ValueError."""
    if text and (urlsplit(text).scheme not in SCHEMES or not urlsplit(text).hostname):
        raise ValueError(text)
    return text


def proxy_for(url: str, *, allow_private: bool) -> str | None:
    """The proxy for a checked URL, or None for a direct connection.

    Raises AddressRefused for a host that may not be contacted. With `allow_private=False`, that
    includes names that only the proxy can resolve, because they may be private.
    """
    parts = urlsplit(url)
    _, host, port = origin(parts)
    proxy = getproxies_environment().get(parts.scheme, "").strip()
    if not proxy or _is_listed("no_proxy", host, []):
        return None
    try:
        addresses = list(resolve(host, port, allow_private=allow_private))
    except socket.gaierror as error:
        if allow_private:
            return proxy
        raise AddressRefused(
            f"{host} is a name that only the proxy knows and might be private; "
            "set ALLOW_PRIVATE_CONTENT_HOSTS to allow it"
        ) from error
    is_private = any(why_refused(each, allow_private=False) for each in addresses)
    if _is_listed("no_proxy", host, addresses):
        return None
    return proxy if not is_private or _is_listed("proxy_hosts", host, addresses) else None


def _is_listed(name: str, host: str, addresses: list[str]) -> bool:
    """Does the environment's list of this name hold the host: by its name or a domain above it, by
    an address, or by a network?"""
    text = os.environ.get(name.upper(), "") or os.environ.get(name, "")
    entries = [entry.strip().lower() for entry in text.split(",") if entry.strip()]
    if any(_names(entry, host) for entry in entries):
        return True
    ips = [ipaddress.ip_address(each.partition("%")[0]) for each in addresses]
    return any(address in network for network in _networks(entries) for address in ips)


def _names(entry: str, host: str) -> bool:
    domain = entry.removeprefix("*").removeprefix(".")
    return entry == "*" or host == domain or bool(domain and host.endswith(f".{domain}"))


def _networks(entries: list[str]) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    for entry in entries:
        with suppress(ValueError):
            yield ipaddress.ip_network(entry, strict=False)
