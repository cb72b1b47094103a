"""Which IP address does a request come from?"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

# Providers give a household or a rented machine a whole /64 of IPv6 addresses.
IPV6_PREFIX = 64
Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str:
    """The IP address that rate limits count; for IPv6, the network."""
    address = _address(request)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_PREFIX), strict=False).network_address)
    return str(address or "unknown")


def exact_address(request: HttpRequest) -> str:
    """The IP address that the audit log names; empty if it isn't known."""
    return str(_address(request) or "")


def _address(request: HttpRequest) -> Address | None:
    """The IP address of the client.

    Behind TRUSTED_PROXIES, it is the address that the outermost trusted proxy saw. Entries of
    X-Forwarded-For before that one could be forged and are ignored.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    if 0 < proxies <= len(forwarded) and (address := read_address(forwarded[-proxies].strip())):
        return address
    return read_address(request.META.get("REMOTE_ADDR", ""))


def read_address(text: str) -> Address | None:
    """The address that a text holds, an IPv4 one where IPv6 only carries it; None for none."""
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address
