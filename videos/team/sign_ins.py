"""Which signals of Django and allauth are logged and audited? The adapter logs failed sign-ins."""

import logging
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from videos.models import AuditAction, Member, MemberSession, record
from videos.team.addresses import client_address
from videos.team.sessions import SEEN

log = logging.getLogger(__name__)


@receiver(user_logged_in)
def log_sign_in(request: HttpRequest, user: Member, **_: Any) -> None:
    """Log a sign-in, with the factors that were used."""
    used = [
        record.get("type") or record["method"]
        for record in get_authentication_records(request, user)
    ]
    means = " and ".join(dict.fromkeys(used)) or "a link"
    log.info("%s signed in from %s with %s", user.username, client_address(request), means)


@receiver(authentication_failed)
def log_wrong_factor(request: HttpRequest, user: Member, **_: Any) -> None:
    """Log a wrong code or passkey."""
    log.warning("wrong second factor for %s from %s", user.username, client_address(request))


@receiver(user_logged_out)
def log_sign_out(request: HttpRequest, user: Member | None, **_: Any) -> None:
    """Log a sign-out, if someone was signed in."""
    if user is not None:
        log.info("%s signed out", user.username)


@receiver(password_changed)
def audit_new_password(request: HttpRequest, user: Member, **_: Any) -> None:
    """Record that a member changed their password. The view is a transaction; see `urls`."""
    record(AuditAction.PASSWORD_CHANGED, user, member=user)
    # Django ends the other sessions of the member: their hash of the password is another now.
    MemberSession.objects.filter(member=user).delete()
    # This browser's session gets another key, and is written down with its next request.
    request.session.pop(SEEN, None)


@receiver(password_reset)
def audit_password_reset(user: Member, **_: Any) -> None:
    """Record that a member set a new password by a link in a mail."""
    record(AuditAction.PASSWORD_CHANGED, user, after={"by": "mail"}, member=user)
