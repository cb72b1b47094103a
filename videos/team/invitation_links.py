"""How is an invitation link made, and how long does it work?"""

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from videos.models import AuditAction, Invitation, Member, record
from videos.models.ids import hash_of
from videos.models.sealed import seal, unseal

log = logging.getLogger(__name__)
VALID = timedelta(days=7)
FRESH = "fresh_invitation"


def pending() -> QuerySet[Invitation]:
    """Invitations whose link still works."""
    return Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now())


def invite(inviter: Member, name: str, role: str) -> str:
    """Create an invitation and return its link, which can't be shown again later."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        invitation = Invitation.objects.create(
            token_hash=hash_of(token),
            name=name,
            role=role,
            invited_by=inviter,
            expires_at=timezone.now() + VALID,
        )
        record(AuditAction.INVITED, invitation, after={"role": role}, member=inviter)
    log.info("%s invited %r as %s", inviter.username, name, role)
    return settings.PUBLIC_URL + reverse("join", args=[token])


def keep_fresh(request: HttpRequest, name: str, link: str) -> None:
    """Keep the link in the session for one redirect, encrypted."""
    request.session[FRESH] = {"name": name, "link": seal(link)}


def take_fresh(request: HttpRequest) -> dict[str, str] | None:
    """The name and link of the invitation just made; None the next time."""
    fresh: dict[str, str] | None = request.session.pop(FRESH, None)
    return fresh and {"name": fresh["name"], "link": unseal(fresh["link"])}
