"""How do people sign in through the team's OpenID provider, and which role do they get?"""

import logging
import re
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

from videos.models import AuditAction, Member, Role, record
from videos.team.account_changes import one_at_a_time
from videos.team.addresses import client_address

log = logging.getLogger(__name__)
RANKS = list(Role)
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NOT_IN_USERNAMES = re.compile(r"[^\w.+-]+")


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
            self._refuse(request, _("Your groups give you no access. Ask an admin."))
        if not sociallogin.is_existing and (member := _same_address(claims)) is not None:
            if claims.get("email_verified") is not True:
                self._refuse(request, _("Another member uses your email address. Ask an admin."))
            sociallogin.connect(request, member)
        if sociallogin.is_existing and settings.OIDC_ROLE_MAP:
            _set_role(sociallogin.user, role)

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> Member:
        """The new member's name, username, address and role."""
        member: Member = sociallogin.user
        claims = claims_of(sociallogin)
        name = str(claims.get("name") or claims.get("preferred_username") or "")
        member.name = NOT_IN_NAMES.sub("", name)[:80] or _("New member")
        member.username = _free_username(claims)
        member.email = str(claims.get("email") or "").lower()[:254]
        member.role = role_of(claims) or Role.VIEWER
        return member

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Member:
        """Save the new member, with an entry in the audit log."""
        with one_at_a_time():
            member: Member = super().save_user(request, sociallogin, form)
            facts = {"role": member.role, "by": "OpenID Connect"}
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
    if not settings.OIDC_ROLE_MAP:
        return Role.VIEWER
    groups = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    roles = [
        Role(settings.OIDC_ROLE_MAP[group])
        for group in named
        if isinstance(group, str) and group in settings.OIDC_ROLE_MAP
    ]
    return max(roles, key=RANKS.index, default=None)


def _same_address(claims: dict[str, Any]) -> Member | None:
    email = str(claims.get("email") or "")
    return Member.objects.filter(email__iexact=email).first() if email else None


def _set_role(member: Member, role: Role | None) -> None:
    """Change the role, except of the last active admin."""
    if role is None or member.role == role:
        return
    with one_at_a_time():
        admins = Member.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=member.pk)
        if member.role == Role.ADMIN and not admins.exists():
            log.warning("%s stays an admin, because there is no other one", member.username)
            return
        before = {"role": member.role}
        member.role = role
        member.save(update_fields=["role"])
        after = {"role": role, "by": "OpenID Connect"}
        record(AuditAction.MEMBER_ROLE, member, before=before, after=after, member=member)


def _free_username(claims: dict[str, Any]) -> str:
    email = str(claims.get("email") or "")
    wish = str(claims.get("preferred_username") or email).partition("@")[0].lower()
    stem = NOT_IN_USERNAMES.sub("-", wish).strip("-")[:50] or "member"
    taken = set(Member.objects.filter(username__startswith=stem).values_list("username", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, 10_000))
    return stem if stem not in taken else next(each for each in numbered if each not in taken)
