"""Which sign-ins are logged? All of them; the adapter logs failed ones."""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from videos.models import Member
from videos.team.addresses import client_address

log = logging.getLogger(__name__)


@receiver(user_logged_in)
def log_sign_in(request: HttpRequest, user: Member, **_: Any) -> None:
    """Log a sign-in."""
    log.info("%s signed in from %s", user.username, client_address(request))


@receiver(user_logged_out)
def log_sign_out(request: HttpRequest, user: Member | None, **_: Any) -> None:
    """Log a sign-out, if someone was signed in."""
    if user is not None:
        log.info("%s signed out", user.username)
