"""How are the settings for signing in by a proxy's header read?"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network
# Servers can't tell "X_User" from "X-User", so a name has no underscore.
NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
# Every browser and proxy sends these for something else.
TAKEN = {"authorization", "cookie", "host", "x-forwarded-for", "x-forwarded-proto", "user-agent"}


def header_name(text: str) -> str:
    """The name of a header, or nothing. ValueError."""
    text = text.strip()
    if text and (not NAME.fullmatch(text) or text.lower() in TAKEN):
        raise ValueError
    return text


def networks(text: str) -> list[Network]:
    """Addresses and networks, separated by commas. ValueError; a network of everything is one."""
    ranges = [ip_network(each.strip()) for each in text.split(",") if each.strip()]
    if any(each.prefixlen == 0 for each in ranges):
        raise ValueError
    return ranges


# The readers of settings, with what their value must be.
header_rule = (header_name, "must be the name of a header, such as X-Forwarded-User")
networks_rule = (networks, "must be addresses of proxies, such as 10.0.0.5,172.16.0.0/12")


def why_unsafe(header: str, proxies: Sequence[Network]) -> str:
    """What is wrong with these settings; empty if nothing is."""
    if header and not proxies:
        return (
            "AUTH_HEADER is set, but AUTH_HEADER_PROXIES names no proxy that may send it. "
            "Anyone could sign in as anyone, so the header is refused."
        )
    return ""
