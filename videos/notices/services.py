"""Which Apprise URLs may be used? Those of chat and push services that are reached over HTTP.

Apprise knows many more: some write files, run programs or use this machine's desktop. Nothing here
imports Django or Apprise.
"""

from urllib.parse import parse_qsl, urlsplit

from videos.provider.addresses import check_base_url, check_receiver
from videos.wire.text import gettext_noop

MAX_ADDRESS = 2000
# By the scheme of the URL. These have hosts of their own, or name one that is reached over TLS.
PUBLIC = {
    "discord": "Discord",
    "gchat": "Google Chat",
    "pbul": "Pushbullet",
    "pover": "Pushover",
    "slack": "Slack",
    "tgram": "Telegram",
    "workflows": "Microsoft Teams",
    "zulip": "Zulip",
}
# A team may run these itself; with an s at the end, over TLS.
OWN = {
    "gotify": "Gotify",
    "json": "JSON",
    "matrix": "Matrix",
    "mmost": "Mattermost",
    "ntfy": "ntfy",
    "rocket": "Rocket.Chat",
    "signal": "Signal",
}
SERVICES = PUBLIC | OWN | {f"{scheme}s": name for scheme, name in OWN.items()}
# What an address may not ask for: templates are read from files and other addresses.
FORBIDDEN = "template"


def scheme_of(url: str) -> str:
    """The scheme in lower case; empty if there is none."""
    scheme, separator, _rest = url.partition("://")
    return scheme.strip().lower() if separator else ""


def service_of(url: str) -> str:
    """The name of the service; empty if it isn't one that may be used."""
    return SERVICES.get(scheme_of(url), "")


def host_of(url: str) -> str:
    """The host, if the address names one; empty for services with a host of their own.

    Raises ValueError for an address that can't be read.
    """
    if scheme_of(url) in PUBLIC:
        return ""
    return urlsplit(url).hostname or ""


def check_service(url: str, *, allow_private: bool) -> None:
    """Raise ValueError, with a message for people, if `url` may not be used.

    Names are not resolved here: they are judged when a connection is made.
    """
    if len(url) > MAX_ADDRESS or any(ord(character) <= 32 for character in url):
        raise ValueError(gettext_noop("The address is too long or contains spaces."))
    if not service_of(url):
        raise ValueError(
            gettext_noop(
                "Start the address with one of these: %(schemes)s.",
                schemes=", ".join(f"{scheme}://" for scheme in sorted(SERVICES)),
            )
        )
    try:
        query, host = parse_qsl(urlsplit(url).query), host_of(url)
    except ValueError:
        raise ValueError(gettext_noop("This address can't be read.")) from None
    if FORBIDDEN in (name.strip().lower() for name, _value in query):
        raise ValueError(gettext_noop("Remove “template” from the address: it isn't supported."))
    if host:
        base = f"https://[{host}]" if ":" in host else f"https://{host}"
        check_base_url(base)
        if not allow_private:
            check_receiver(base)
