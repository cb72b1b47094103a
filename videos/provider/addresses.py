"""May we connect to an address? Checked after the name was resolved.

The check uses the address that the socket then connects to, so that a name that resolves
differently a moment later (DNS rebinding) gains nothing. No library offers this for connections
made by `requests`.
"""

import ipaddress
import re
import socket
from collections.abc import Iterator
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from videos.wire.text import gettext_noop

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Metadata services outside the link-local range: Alibaba, Azure, AWS and Google over IPv6, Oracle.
METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254", "192.0.0.192"),
    )
)
# IPv6 networks whose last 32 bits are an IPv4 address: compatible, mapped, translated, NAT64.
EMBEDDING = tuple(
    map(
        ipaddress.IPv6Network,
        ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"),
    )
)
MAX_URL = 8192
# Last segments of the paths of APIs of this family, which people paste along with the base URL.
ENDPOINTS = frozenset(
    {"chat", "completions", "responses", "models", "videos", "images", "generations", "edits"}
    | {"embeddings", "audio", "speech", "docs", "openapi.json"}
)
PATH_SAFE = "/%:@!$&'()*+,;=-._~[]|"


class AddressRefused(OSError):
    """We don't connect to this address. Never raised outside this package."""


def resolve(host: str, port: int, *, allow_private: bool) -> Iterator[str]:
    """The addresses of `host`. Raises AddressRefused if one of them isn't allowed.

    One forbidden address is enough: there is no legitimate reason to mix them.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in answers))
    for address in addresses:
        if (reason := why_refused(address, allow_private=allow_private)) is not None:
            raise AddressRefused(f"{host} is {reason}")
    return iter(addresses)


def why_refused(text: str, *, allow_private: bool) -> str | None:
    """Why we don't connect to an IP address; None if we do."""
    address = _embedded(ipaddress.ip_address(text.partition("%")[0]))
    if address in METADATA or address.is_link_local:
        return "a link-local or metadata address"
    if address.is_multicast or address.is_unspecified:
        return "a multicast or unspecified address"
    if not address.is_global or getattr(address, "is_site_local", False):
        return None if allow_private else "a private address"
    return None


def _embedded(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, which is where packets go."""
    if isinstance(address, ipaddress.IPv4Address) or int(address) <= 1:
        return address
    if any(address in network for network in EMBEDDING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour or address


def check_url(url: str) -> SplitResult:
    """The parts of an http(s) URL with a host and without credentials. Raises ValueError."""
    if len(url) > MAX_URL or any(ord(character) <= 32 for character in url):
        raise ValueError(gettext_noop("The address is too long or contains spaces."))
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(gettext_noop("The address must start with http:// or https://."))
    if not parts.hostname:
        raise ValueError(gettext_noop("The address has no host."))
    if parts.username is not None or parts.password is not None:
        raise ValueError(gettext_noop("Remove the user name and password from the address."))
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(gettext_noop("The port of the address isn't valid.")) from None
    return parts


def check_base_url(url: str) -> SplitResult:
    """As `check_url`, for a base URL that a person enters: no fragment, and no forbidden address.

    Names aren't resolved here; their addresses are checked when a connection is made.
    """
    parts = check_url(url)
    if parts.fragment:
        raise ValueError(gettext_noop("Remove the fragment (#…) from the address."))
    host = parts.hostname or ""
    literal = _literal(host)
    if literal is not None and why_refused(literal, allow_private=True) is not None:
        text = gettext_noop(
            "Dailies doesn't connect to %(host)s, because it is a link-local, metadata, "
            "multicast or unspecified address.",
            host=host,
        )
        raise ValueError(text)
    return parts


def check_receiver(url: str) -> None:
    """Raise ValueError if a checked URL has this machine's name or a literal private address."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    literal = _literal(host)
    is_private = literal is not None and why_refused(literal, allow_private=False) is not None
    if is_private or host == "localhost" or host.endswith((".localhost", ".localdomain")):
        text = gettext_noop("%(host)s is a private address, which isn't allowed here.", host=host)
        raise ValueError(text)


def _literal(host: str) -> str | None:
    """The address if `host` is a literal one, also as 0xa9fea9fe or 2852039166; None for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        # As the resolver reads it: decimal, octal, hexadecimal, short forms.
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def other_addresses(base_url: str) -> list[str]:
    """Base URLs that may have been meant, likeliest first: without an endpoint at the end, without
    a doubled `/v1`, with one."""
    parts = urlsplit(base_url)
    segments = [segment for segment in parts.path.split("/") if segment]
    bare = segments[:]
    while bare and (bare[-1].lower() in ENDPOINTS or bare[-2:] == ["v1", "v1"]):
        bare.pop()
    without = bare[:-1] if bare[-1:] == ["v1"] else bare
    candidates = [bare, [*without, "v1"], without]
    paths = dict.fromkeys(
        "/" + "/".join(each) if each else "" for each in candidates if each != segments
    )
    return [parts._replace(path=path).geturl() for path in paths]


def url_host(host: str) -> str:
    """A host as written in a URL: IPv6 in brackets and short, international names in ASCII."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.lower() if host.isascii() else host.lower().encode("idna").decode()
    return f"[{address}]" if address.version == 6 else str(address)


def join_url(base: str, target: str) -> str:
    """`target`, as a server gave it, resolved against `base` and encoded once, as browsers do.

    Raises ValueError if `check_url` does.
    """
    target = target.strip("".join(map(chr, range(33))))
    parts = urlsplit(urljoin(base, re.sub(r"[\t\r\n]", "", target)))
    # What is encoded already stays so, and so does a lone percent sign.
    encoded = parts._replace(
        path=quote(parts.path, safe=PATH_SAFE), query=quote(parts.query, safe=PATH_SAFE + "?")
    )
    url = encoded._replace(fragment="").geturl()
    check_url(url)
    return url


def header_text(value: str) -> str:
    """A header's text as UTF-8, which servers send. The library decodes it as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def may_see_key(home: tuple[str, str, int], place: tuple[str, str, int]) -> bool:
    """Return True if the key of `home` may be sent to `place`: to itself, or its host over TLS."""
    is_upgrade = home[0] == "http" and place[0] == "https" and place[1] == home[1]
    return place == home or (is_upgrade and place[2] in (home[2], 443))


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """(scheme, host, port) of a checked URL: what must be equal for a key to be sent."""
    default = 443 if parts.scheme == "https" else 80
    return parts.scheme, (parts.hostname or "").lower(), parts.port or default
