"""How is django-allauth adapted?"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.models import Member
from videos.team.addresses import UNKNOWN, client_address
from videos.team.known_browser import browser_of, is_known_browser, remember_browser
from videos.team.redirects import SeeOther

log = logging.getLogger(__name__)

WRONG = gettext_lazy("Incorrect username, email or password.")
TOO_OFTEN = gettext_lazy("Too many failed attempts. Wait a few minutes, then try again.")
ONLY_OPENID = gettext_lazy("Sign in through your organization.")
KNOWN_SECONDS = 30 * 24 * 3600


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up, no Host header in mails, and rate limits that only affect their cause.

    Failed logins are counted three ways: by IP address (a short window), by login and IP address
    (allauth's `key`), and by login alone (a long window). The last would let a stranger lock a
    member out, so it is ignored for an IP address where that login has succeeded before. Browsers
    that a member has signed in from are counted separately from strangers at the same IP address,
    such as that of a proxy.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": TOO_OFTEN,
        "enter_current_password": gettext_lazy("This isn't your current password."),
        "invalid_password_reset": gettext_lazy(
            "This link has already been used, has expired, or is incomplete."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What rate limits count: the member whose known browser it is, or the IP address. Where
        a proxy tells no address, the login: guesses at one must not lock out the others."""
        if pk := browser_of(request):
            return f"member:{pk}"
        address = client_address(request)
        return f"{UNKNOWN}-{_typed_login(request)}" if address == UNKNOWN else address

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail. Its host comes from PUBLIC_URL, never from the request."""
        path = reverse("account_reset_password_from_key", args=["UID", "KEY"])
        return settings.PUBLIC_URL + path.replace("UID-KEY", key)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How a member confirms that it's still them. allauth calls a passkey a security key."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for each in methods:
            if each["id"] == "mfa_reauthenticate:webauthn":
                each["description"] = _("Use a passkey")
        return methods

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail and log failures: an error page would reveal which addresses exist."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("the mail could not be sent")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse before the password is checked."""
        if settings.OIDC_ONLY:
            raise ValidationError(ONLY_OPENID)
        allowed = ratelimit.consume(
            request, action="login_failed_anywhere", key=_login(credentials), dry_run=True
        )
        is_known = is_known_browser(request, _login(credentials))
        if not allowed and not is_known and not cache.get(_known_key(request, credentials)):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The member, if login and password match."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            cache.set(_known_key(request, credentials), True, KNOWN_SECONDS)
        return user

    def pre_login(self, request: HttpRequest, user: Member, **arguments: Any) -> Any:
        """Refuse other ways to sign in where the OpenID provider is the only one."""
        social = (arguments.get("signal_kwargs") or {}).get("sociallogin")
        if settings.OIDC_ONLY and social is None:
            messages.error(request, ONLY_OPENID)
            return SeeOther("account_login")
        return super().pre_login(request, user, **arguments)

    def post_login(self, request: HttpRequest, user: Member, **arguments: Any) -> HttpResponse:
        """Remember the browser, and redirect."""
        response: HttpResponse = super().post_login(request, user, **arguments)
        remember_browser(response, user)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count and log a failed login. The login may be a mistyped password: don't log it."""
        ratelimit.consume(request, action="login_failed_anywhere", key=_login(credentials))
        log.warning("a login failed from %s", client_address(request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The login and IP address. allauth's own key uses the Host header instead."""
        return f"{_login(credentials)} {self.get_client_ip(request)}"


def _login(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").lower()


def _typed_login(request: HttpRequest) -> str:
    typed = request.POST.get("login") or request.POST.get("email") or ""
    return salted_hmac("typed login", typed.lower(), algorithm="sha256").hexdigest()


def _known_key(request: HttpRequest, credentials: dict[str, Any]) -> str:
    login_and_address = f"{_login(credentials)} {client_address(request)}"
    hmac = salted_hmac("known login", login_and_address, algorithm="sha256")
    return f"known:{hmac.hexdigest()}"
