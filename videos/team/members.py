"""Who is in the team, and how does an admin change that?"""

import logging
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from videos.models import Action, Member, PasswordLink, Role
from videos.team.access import requires
from videos.team.account_changes import acting_on, end_sessions, withdraw_invitations
from videos.team.forms import InviteForm
from videos.team.invitation_links import pending, take_fresh
from videos.team.password_links import take_fresh_password, withdraw_password_links
from videos.team.redirects import SeeOther, show
from videos.team.tokens import revoke_all

log = logging.getLogger(__name__)

ROLE_HELP = {
    Role.VIEWER: "watches",
    Role.MEMBER: "watches and generates",
    Role.ADMIN: "also manages team, settings and everybody's clips",
}


@require_http_methods(["GET", "HEAD"])
@requires(Action.MANAGE_MEMBERS)
def team(request: HttpRequest) -> HttpResponse:
    """Members and pending invitations."""
    return team_page(request, InviteForm())


def team_page(request: HttpRequest, form: InviteForm) -> HttpResponse:
    """The page, with an invitation that may be half filled in."""
    return show(
        request,
        "team/team.html",
        form,
        members=_members(),
        invitations=pending().select_related("invited_by").order_by("-id"),
        fresh=take_fresh(request),
        fresh_password=take_fresh_password(request),
        roles=[(role.value, role.label, ROLE_HELP[role]) for role in Role],
    )


def _members() -> QuerySet[Member]:
    """Everybody, with the password links that were made for them, the latest first."""
    links = PasswordLink.objects.select_related("made_by").order_by("-pk")
    members = Member.objects.order_by("-is_active", "name", "username")
    return members.prefetch_related(Prefetch("password_links", links))


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    role = request.POST.get("role", "")
    if role not in Role.values:
        messages.error(request, "There is no such role.")
    elif member := _change(request, pk, role=role):
        messages.success(request, f"{member} is now {Role(role).label.lower()}.")
    return SeeOther("team")


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again; clips and history stay either way."""
    is_active = request.POST.get("active") == "1"
    if member := _change(request, pk, is_active=is_active):
        done = "may sign in again" if is_active else "is signed out and may not sign in"
        messages.success(request, f"{member} {done}.")
    return SeeOther("team")


def _change(request: HttpRequest, pk: int, **fields: Any) -> Member | None:
    """The changed member; None, with the reason on screen, where it may not be.

    Nobody changes oneself, and who changes others is an active admin: so one always remains.
    """
    with acting_on(request, pk) as (actor, member):
        if member.pk == actor.pk:
            messages.error(request, "Ask another admin to change your own account.")
            return None
        for name, value in fields.items():
            setattr(member, name, value)
        member.save(update_fields=list(fields))
        changes = ", ".join(f"{name}={value}" for name, value in fields.items())
        log.info("%s changed %s: %s", actor.username, member.username, changes)
        if not member.is_active:
            end_sessions(member)
            revoke_all(member)
        if not (member.is_active and member.is_admin):
            withdraw_invitations(member)
            withdraw_password_links(member)
    return member
