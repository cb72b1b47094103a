"""Who may create the first admin? If the site is public, only someone with the link."""

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac


def is_loopback(host: str) -> bool:
    """Return True for a host that only this machine reaches."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def needs_token() -> bool:
    """Return True if strangers could open the welcome page before the operator does."""
    public = urlsplit(settings.PUBLIC_URL).hostname or ""
    return not (is_loopback(settings.HOST) and is_loopback(public))


def setup_link() -> str:
    """The address where the first admin is created. It works until there is one."""
    return f"{settings.PUBLIC_URL}{reverse('welcome')}?token={_token()}"


def accepts(token: str) -> bool:
    """Return True if `token` opens the welcome page."""
    return not needs_token() or hmac.compare_digest(token.encode(), _token().encode())


def _token() -> str:
    # Derived from SECRET_KEY, so that all web processes on all machines agree.
    return salted_hmac("dailies first admin", "token", algorithm="sha256").hexdigest()
