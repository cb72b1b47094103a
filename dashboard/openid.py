"""How are the settings for OpenID Connect read?"""

from typing import Any
from urllib.parse import urlsplit

ROLES = ("viewer", "member", "producer", "admin")


def issuer(text: str) -> str:
    """The issuer without a trailing slash. Raises ValueError."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("https", "http") or not parts.hostname or parts.query):
        raise ValueError
    return text.rstrip("/")


def role_map(text: str) -> dict[str, str]:
    """`staff=member,leads=admin`: group → role. Raises ValueError."""
    roles = {}
    for pair in filter(None, map(str.strip, text.split(","))):
        group, _equals, role = pair.rpartition("=")
        if not group.strip() or role.strip() not in ROLES:
            raise ValueError
        roles[group.strip()] = role.strip()
    return roles


# The readers of settings, with what their value must be.
issuer_rule = (issuer, "must be the address of an OpenID provider: https://login.example.com")
role_map_rule = (role_map, "must be groups and roles, such as staff=member,leads=admin")


def origins(address: str) -> list[str]:
    """The origin of an address, for the Content-Security-Policy; none without an address."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if address else []


def openid_connect(address: str, client_id: str, secret: str) -> dict[str, Any]:
    """allauth's settings of the one provider; none where it isn't configured."""
    if not (address and client_id):
        return {}
    app = {
        "provider_id": "oidc",
        "name": "OpenID Connect",
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": address, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
