"""What is an invitation's link, and how long does it work?"""

import hashlib
import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from videos.models import Invitation, Member
from videos.models.sealed import seal, unseal

log = logging.getLogger(__name__)
VALID = timedelta(days=7)
FRESH = "fresh_invitation"


def pending() -> QuerySet[Invitation]:
    """Invitations whose link still works."""
    return Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now())


def hash_of(token: str) -> str:
    """What we keep of a token. It has 256 random bits, so that one round is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(inviter: Member, name: str, role: str) -> str:
    """A new invitation; its link, which nobody can read again later."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        token_hash=hash_of(token),
        name=name,
        role=role,
        invited_by=inviter,
        expires_at=timezone.now() + VALID,
    )
    log.info("%s invited %r as %s", inviter.username, name, role)
    return settings.PUBLIC_URL + reverse("join", args=[token])


def keep_fresh(request: HttpRequest, name: str, link: str) -> None:
    """Carry the link over one redirect. Sessions lie in the database: so not in the clear."""
    request.session[FRESH] = {"name": name, "link": seal(link)}


def take_fresh(request: HttpRequest) -> dict[str, str] | None:
    """The name and link of the invitation just made; asked for again, nothing."""
    fresh: dict[str, str] | None = request.session.pop(FRESH, None)
    return fresh and {"name": fresh["name"], "link": unseal(fresh["link"])}
