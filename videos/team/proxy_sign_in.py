"""How does a proxy that knows the person sign them in, by a header (AUTH_HEADER)?"""

import logging
import re
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.backends import RemoteUserBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import RemoteUserMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.utils.translation import gettext as _

from videos.models import AuditAction, Member, Role, record
from videos.serving import PEER
from videos.team.account_changes import has_admin, one_at_a_time
from videos.team.addresses import read_address
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
# Names the accounts that were made or found by the header.
PROVIDER = "proxy"
# What the session keeps of the headers, so that a change signs in again.
IDENTITY = "proxy_identity"
# Two headers of one name arrive as one text with a comma.
NOT_A_NAME = re.compile(r"[,\x00-\x1f\x7f]")
MAX_IDENTITY = 190
# Scripts have tokens, and share links need no account.
WITHOUT_SESSIONS = ("/v1/", "/api/", "/webhooks/", "/s/", "/healthz", "/readyz", "/static/")


class Taken(Exception):
    """The account with this name or address belongs to another person of the proxy."""


class ProxySignIn(RemoteUserMiddleware):
    """Django's sign-in by a header, from the proxies that AUTH_HEADER_PROXIES names and from no
    one else. Without the header, sessions that began with it end."""

    def __init__(self, get_response: Any) -> None:
        if not settings.AUTH_HEADER:
            raise MiddlewareNotUsed
        super().__init__(get_response)

    @property
    def header(self) -> str:  # type: ignore[override]
        """The header's key in `request.META`."""
        return meta_name(settings.AUTH_HEADER)

    def process_request(self, request: HttpRequest) -> None:
        """Sign the person of the header in, if a named proxy sent it."""
        if request.path_info.startswith(WITHOUT_SESSIONS):
            return
        remote_user = _text(request, settings.AUTH_HEADER)
        if remote_user and not _is_from_proxy(request):
            peer = _peer(request) or "unknown"
            log.warning("%s was ignored: %s isn't in AUTH_HEADER_PROXIES", self.header, peer)
            remote_user = ""
        if remote_user and not _is_usable(remote_user):
            log.warning("%s was ignored: its value isn't one name", self.header)
            remote_user = ""
        if remote_user:
            request.META[self.header] = remote_user
        else:
            request.META.pop(self.header, None)
        super().process_request(request)
        if remote_user and request.user.is_authenticated:
            identity = _identity(request, remote_user)
            if request.session.get(IDENTITY) != identity:
                request.session[IDENTITY] = identity

    def clean_username(self, username: str, request: HttpRequest) -> str:
        """The signed-in member's own name if the session is this person's, with these groups."""
        is_same = request.session.get(IDENTITY) == _identity(request, username)
        return request.user.get_username() if is_same else ""


class ProxyBackend(RemoteUserBackend):
    """Finds or makes the account of the person whom the proxy names."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest, remote_user: str | None
    ) -> AbstractBaseUser | None:
        """The member; None for a person without a role, or whose account is deactivated or belongs
        to someone else."""
        if not remote_user:
            return None
        role = role_of_groups(_groups(request), settings.AUTH_HEADER_ROLE_MAP)
        if role is None or (role != Role.ADMIN and not has_admin()):
            log.warning("refused %r: no role by its groups, or no admin yet", remote_user)
            if role is None and (member := _known(remote_user)) is not None:
                deactivate_refused(request, member.pk, PROVIDER)
            return None
        try:
            member = _find(request, remote_user) or _create(request, remote_user, role)
        except Taken as taken:
            log.warning("refused %r: %s", remote_user, taken)
            return None
        if not self.user_can_authenticate(member):
            log.warning("refused %s, who is deactivated", member.username)
            return None
        if settings.AUTH_HEADER_ROLE_MAP:
            set_role(member, role, "proxy")
        return member


def meta_name(header: str) -> str:
    """The key of a header in `request.META`."""
    return f"HTTP_{header.upper().replace('-', '_')}"


def _is_from_proxy(request: HttpRequest) -> bool:
    address = read_address(_peer(request))
    return address is not None and any(
        address in network for network in settings.AUTH_HEADER_PROXIES
    )


def _peer(request: HttpRequest) -> str:
    """The other side of the connection. REMOTE_ADDR is the visitor's where a proxy is trusted."""
    return str(request.META.get(PEER) or request.META.get("REMOTE_ADDR", ""))


def _is_usable(name: str) -> bool:
    return len(name) <= MAX_IDENTITY and not NOT_A_NAME.search(name)


def _text(request: HttpRequest, header: str) -> str:
    text = request.META.get(meta_name(header), "") if header else ""
    # Servers pass headers on as Latin-1, and proxies write UTF-8.
    return str(text).encode("latin-1", "replace").decode("utf-8", "replace").strip()


def _groups(request: HttpRequest) -> list[str]:
    text = _text(request, settings.AUTH_HEADER_GROUPS)
    return [each.strip() for each in re.split(r"[,;|]", text) if each.strip()]


def _identity(request: HttpRequest, name: str) -> str:
    return "|".join([name, *sorted(_groups(request))])


def _known(name: str) -> Member | None:
    """The account of earlier visits."""
    row = SocialAccount.objects.filter(provider=PROVIDER, uid=name).select_related("user").first()
    member: Member | None = row and row.user
    return member


def _find(request: HttpRequest, name: str) -> Member | None:
    """The account of earlier visits, or one with this username or address, which becomes theirs.
    Raises Taken."""
    if (member := _known(name)) is not None:
        return member
    rows = Member.objects.filter(erased_at=None)
    member = rows.filter(username=name.lower()).first()
    email = _address(request, name)
    if member is None and email:
        member = rows.filter(email__iexact=email).first()
    return member and _connect(name, member.pk)


def _connect(name: str, pk: int) -> Member:
    with one_at_a_time():
        member = Member.objects.get(pk=pk)
        accounts = SocialAccount.objects.filter(provider=PROVIDER, uid=name)
        # Two first requests of one page: the second finds what the first has made.
        if accounts.filter(user=member).exists():
            return member
        if is_taken(member, PROVIDER):
            raise Taken(f"{member.username} belongs to another person of the proxy")
        end_other_access(member, "proxy")
        SocialAccount.objects.create(provider=PROVIDER, uid=name, user=member)
    return member


def _create(request: HttpRequest, name: str, role: Role) -> Member:
    with one_at_a_time():
        # Two first requests of one page: the second finds what the first has made.
        if (member := _find(request, name)) is not None:
            return member
        shown = clean_name(_text(request, settings.AUTH_HEADER_NAME)) or clean_name(name)
        member = Member(
            username=free_username(name),
            name=shown or _("New member"),
            email=_address(request, name),
            role=role,
        )
        member.set_unusable_password()
        member.save()
        SocialAccount.objects.create(provider=PROVIDER, uid=name, user=member)
        facts = {"role": role, "by": "proxy"}
        record(AuditAction.MEMBER_JOINED, member, after=facts, member=member)
    return member


def _address(request: HttpRequest, name: str) -> str:
    email = _text(request, settings.AUTH_HEADER_EMAIL) or (name if "@" in name else "")
    return email.lower()[:254] if "@" in email else ""
