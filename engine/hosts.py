"""For which host names does the engine accept requests?"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from engine.options import Options


def accepts_host(options: Options, header: str) -> bool:
    """Return True for a `Host` that is an address, localhost, or our own name.

    An engine that listens on the network and requires a key accepts any name.
    """
    if options.key and not options.loopback:
        return True
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    return (
        name in ("localhost", options.host.lower()) or name.endswith(".localhost") or _is_ip(name)
    )


def _is_ip(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
