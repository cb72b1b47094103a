"""Which IP address does a request come from?"""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

# Providers give a household or a rented machine a whole /64 of IPv6 addresses.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """The IP address that rate limits count; for IPv6, the network.

    Behind TRUSTED_PROXIES, it is the address that the outermost trusted proxy saw. Entries of
    X-Forwarded-For before that one could be forged and are ignored.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    if 0 < proxies <= len(forwarded) and (address := _read(forwarded[-proxies].strip())):
        return address
    return _read(request.META.get("REMOTE_ADDR", "")) or "unknown"


def _read(text: str) -> str:
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        network = IPv6Network((address, IPV6_PREFIX), strict=False)
        return str(mapped or network.network_address)
    return str(address)
