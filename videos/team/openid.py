"""How do people sign in through the team's OpenID provider, and which role do they get?"""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

from videos.models import AuditAction, Member, Role, record
from videos.team.account_changes import one_at_a_time
from videos.team.addresses import client_address
from videos.team.deactivate import deactivate_refused
from videos.team.outside_accounts import (
    clean_name,
    end_other_access,
    free_username,
    is_taken,
    role_of_groups,
    set_role,
)

log = logging.getLogger(__name__)
# What the audit log says of the changes.
BY = "OpenID Connect"


class OpenIDAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts are made at the first sign-in; each sign-in gives the role of the groups."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse who has no role, connect who has an account, and bring the role up to date."""
        if trouble := _not_this_person(sociallogin.account.extra_data):
            log.warning("a sign-in by OpenID Connect failed: %s", trouble)
            self._refuse(request, _("The sign-in didn't succeed. Try again."))
        claims = claims_of(sociallogin)
        role = role_of(claims)
        if role is None:
            if sociallogin.is_existing:
                deactivate_refused(request, sociallogin.user.pk, BY)
            self._refuse(request, _("Your groups don't give you access. Ask an admin."))
        if not sociallogin.is_existing and (member := _same_address(claims)) is not None:
            is_verified = claims.get("email_verified") is True
            if not is_verified or is_taken(member, sociallogin.account.provider):
                self._refuse(request, _("Another member uses your email address. Ask an admin."))
            _connect(request, sociallogin, member)
        if sociallogin.is_existing and settings.OIDC_ROLE_MAP:
            set_role(sociallogin.user, role, BY)

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> Member:
        """The new member's name, username, address and role."""
        member: Member = sociallogin.user
        claims = claims_of(sociallogin)
        name = str(claims.get("name") or claims.get("preferred_username") or "")
        member.name = clean_name(name) or _("New member")
        member.username = free_username(_wish(claims))
        member.email = str(claims.get("email") or "").lower()[:254]
        member.role = role_of(claims) or Role.VIEWER
        return member

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Member:
        """Save the new member, with an entry in the audit log."""
        with one_at_a_time():
            member: Member = super().save_user(request, sociallogin, form)
            facts = {"role": member.role, "by": BY}
            record(AuditAction.MEMBER_JOINED, member, after=facts, member=member)
        return member

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Log why, and say that it failed."""
        log.warning("a sign-in by OpenID Connect failed: %r", kwargs.get("exception"))
        self._refuse(request, _("The sign-in didn't succeed. Try again."))

    def _refuse(self, request: HttpRequest, why: str) -> None:
        log.warning("a sign-in by OpenID Connect was refused from %s", client_address(request))
        answer = render(request, "account/openid_refused.html", {"why": why}, status=403)
        raise ImmediateHttpResponse(answer)


def _connect(request: HttpRequest, sociallogin: SocialLogin, member: Member) -> None:
    with one_at_a_time():
        end_other_access(member, BY)
        sociallogin.connect(request, member)
    text = _(
        "Your account is now connected to your organization's sign-in. Its password, passkeys, "
        "authenticator app, access tokens and other sessions no longer work."
    )
    messages.info(request, text)


def _not_this_person(data: dict[str, Any]) -> str:
    """Why ID token and userinfo don't prove who this is, at OIDC_ISSUER; "" if they do.

    allauth compares the token's issuer with the provider's metadata, but that with nothing.
    """
    token, userinfo = data.get("id_token") or {}, data.get("userinfo") or {}
    if not token:
        return "there is no ID token"
    if str(token.get("iss")).rstrip("/") != settings.OIDC_ISSUER:
        return f"the ID token's issuer isn't OIDC_ISSUER but {token.get('iss')!r:.200}"
    if userinfo and userinfo.get("sub") != token.get("sub"):
        return "ID token and userinfo name different people"
    return ""


def claims_of(sociallogin: SocialLogin) -> dict[str, Any]:
    """What the provider says of the person: userinfo, completed by the ID token."""
    data = sociallogin.account.extra_data
    if "userinfo" in data or "id_token" in data:
        return {**(data.get("id_token") or {}), **(data.get("userinfo") or {})}
    return dict(data)


def role_of(claims: dict[str, Any]) -> Role | None:
    """The highest role that the groups give; without a map Viewer, with one perhaps none."""
    groups = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return role_of_groups(named, settings.OIDC_ROLE_MAP)


def _same_address(claims: dict[str, Any]) -> Member | None:
    email = str(claims.get("email") or "")
    return Member.objects.filter(email__iexact=email).first() if email else None


def _wish(claims: dict[str, Any]) -> str:
    return str(claims.get("preferred_username") or claims.get("email") or "")
