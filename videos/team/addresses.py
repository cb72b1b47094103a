"""Which IP address does a request come from?"""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

# Providers give a household or a rented machine a whole /64 of IPv6 addresses.
IPV6_PREFIX = 64
Address = IPv4Address | IPv6Address


# What `client_address` says where a proxy doesn't know or hides whom it speaks for.
UNKNOWN = "unknown"
# Some proxies add the port: 203.0.113.9:4711 or [2001:db8::1]:4711.
WITH_PORT = re.compile(r"\[([^]]*)\](?::\d*)?|([\d.]*):\d*")


def client_address(request: HttpRequest) -> str:
    """The IP address that rate limits count; for IPv6, the network."""
    address = _address(request)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_PREFIX), strict=False).network_address)
    return str(address or UNKNOWN)


def exact_address(request: HttpRequest) -> str:
    """The IP address that the audit log names; empty if it isn't known."""
    return str(_address(request) or "")


def _address(request: HttpRequest) -> Address | None:
    """The IP address of the client, or None if the proxy doesn't say.

    Behind TRUSTED_PROXIES, it is the address that the outermost trusted proxy saw. Entries of
    X-Forwarded-For before that one could be forged and are ignored.
    """
    forwarded = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    if 0 < proxies <= len(forwarded) and (named := forwarded[-proxies]):
        # Never the proxy's own address, which would stand for everyone.
        return read_address(named)
    return read_address(request.META.get("REMOTE_ADDR", ""))


def read_address(text: str) -> Address | None:
    """The address that a text holds, an IPv4 one where IPv6 only carries it; None for none."""
    if with_port := WITH_PORT.fullmatch(text):
        text = with_port[1] or with_port[2]
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address
