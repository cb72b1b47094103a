"""How often may a visitor of a share link try, or write? `ACCOUNT_RATE_LIMITS` has the numbers."""

from allauth.core import ratelimit
from django.http import HttpRequest

from videos.models import ShareLink
from videos.team.addresses import client_address


def may_try_password(request: HttpRequest, link: ShareLink) -> bool:
    """Count one more try of a password, unless there were too many from this address."""
    return _consume(request, "share_password", f"{link.pk} {client_address(request)}")


def may_write(request: HttpRequest, link: ShareLink) -> bool:
    """Count one more comment or decision, unless there were too many from this address, or by this
    link from everywhere."""
    here = _consume(request, "share_write", f"{link.pk} {client_address(request)}")
    return here and _consume(request, "share_write_anywhere", str(link.pk))


def _consume(request: HttpRequest, action: str, key: str) -> bool:
    return bool(ratelimit.consume(request, action=action, key=key))
