"""Who is in the team, and how does an admin change that?"""

import logging
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from videos.models import (
    AccessToken,
    Action,
    AuditAction,
    Member,
    PasswordLink,
    Role,
    may,
    record,
    visible_jobs,
)
from videos.models.permission import DEFAULTS
from videos.models.policies import granted_by_role, roles_given_by
from videos.team.access import member_of, requires
from videos.team.account_changes import acting_on, withdraw_invitations
from videos.team.deactivate import end_access
from videos.team.forms import InviteForm
from videos.team.invitation_links import pending, take_fresh
from videos.team.password_links import take_fresh_password, withdraw_password_links
from videos.team.redirects import SeeOther, show

log = logging.getLogger(__name__)

ROLE_HELP = {
    Role.VIEWER: gettext_lazy("Can watch clips"),
    Role.MEMBER: gettext_lazy("Can watch and generate clips"),
    Role.PRODUCER: gettext_lazy("Can also manage budgets and everyone's clips"),
    Role.ADMIN: gettext_lazy("Can also manage the team, the settings and everyone's clips"),
}

CHANGED_HELP = gettext_lazy("See its permissions: an admin has changed them")


@require_http_methods(["GET", "HEAD"])
@requires(Action.MANAGE_MEMBERS)
def team(request: HttpRequest) -> HttpResponse:
    """Members and pending invitations."""
    return team_page(request, InviteForm(member_of(request)))


def team_page(request: HttpRequest, form: InviteForm) -> HttpResponse:
    """The page, with the invitation form as it was submitted."""
    return show(
        request,
        "team/team.html",
        form,
        members=_members(),
        invitations=pending().select_related("invited_by").order_by("-id"),
        fresh=take_fresh(request),
        fresh_password=take_fresh_password(request),
        roles=_role_choices(request),
    )


def _roles_for(request: HttpRequest) -> list[Role]:
    return roles_given_by(member_of(request))


def _role_choices(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(value, name, what it may do in short) of the roles that may be given."""
    granted = granted_by_role()
    return [
        (
            role.value,
            str(role.label),
            str(ROLE_HELP[role] if granted[role].team == DEFAULTS[role] else CHANGED_HELP),
        )
        for role in _roles_for(request)
    ]


def _members() -> QuerySet[Member]:
    """All members, with the password links made for them, newest first."""
    links = PasswordLink.objects.select_related("made_by").order_by("-pk")
    members = Member.objects.order_by("-is_active", "name", "username")
    has_factor = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
    has_token = Exists(AccessToken.objects.unrevoked().filter(member=OuterRef("pk")))
    members = members.filter(erased_at=None).annotate(has_factor=has_factor, has_token=has_token)
    return members.prefetch_related(Prefetch("password_links", links))


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a member's role."""
    role = request.POST.get("role", "")
    if role not in _roles_for(request):
        messages.error(request, _("Unknown role. Reload the page and try again."))
    elif member := _change(request, pk, role=role):
        text = _("%(name)s's role is now %(role)s.")
        messages.success(request, text % {"name": member, "role": Role(role).label})
    return SeeOther("team")


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate or reactivate an account. Clips and history stay."""
    is_active = request.POST.get("active") == "1"
    if member := _change(request, pk, is_active=is_active):
        if is_active:
            text = _("%(name)s can sign in again.")
        else:
            text = _("%(name)s was signed out and can no longer sign in.")
        parts = (text % {"name": member}, _about_waiting(request, member))
        messages.success(request, " ".join(filter(None, parts)))
    return SeeOther("team")


def _about_waiting(request: HttpRequest, member: Member) -> str:
    """What becomes of the clips of `member` that wait to be sent; empty if there are none."""
    count = visible_jobs(member_of(request)).waiting().filter(maker=member).count()
    if not count:
        return ""
    if member.is_active:
        text = ngettext(
            "%(count)d waiting clip is sent now.", "%(count)d waiting clips are sent now.", count
        )
    else:
        text = ngettext(
            "%(count)d waiting clip is held.", "%(count)d waiting clips are held.", count
        )
    return text % {"count": count}


def _change(request: HttpRequest, pk: int, **fields: Any) -> Member | None:
    """The changed member, or None with a message that says why not.

    Members can't change their own account here, or one with a higher role, so one active admin
    always remains.
    """
    with acting_on(request, pk) as (actor, member):
        if member.erased_at:
            messages.error(request, _("This member was erased."))
            return None
        if member.pk == actor.pk:
            messages.error(
                request, _("You can't change your own role or access. Ask another admin.")
            )
            return None
        before = {name: getattr(member, name) for name in fields}
        for name, value in fields.items():
            setattr(member, name, value)
        member.save(update_fields=list(fields))
        changes = ", ".join(f"{name}={value}" for name, value in fields.items())
        log.info("%s changed %s: %s", actor.username, member.username, changes)
        record(_action_of(member, fields), member, before=before, after=fields)
        if not member.is_active:
            end_access(member)
        if not may(member, Action.MANAGE_MEMBERS):
            withdraw_invitations(member)
            withdraw_password_links(member)
    return member


def _action_of(member: Member, fields: dict[str, Any]) -> AuditAction:
    if "role" in fields:
        return AuditAction.MEMBER_ROLE
    is_active = member.is_active
    return AuditAction.MEMBER_REACTIVATED if is_active else AuditAction.MEMBER_DEACTIVATED
