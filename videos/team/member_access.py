"""How does an admin end a member's sessions, or remove second factors that were lost?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.models import Action, AuditAction, MemberSession, record
from videos.team.access import requires
from videos.team.account_changes import acting_on, end_sessions
from videos.team.redirects import SeeOther
from videos.team.second_factor import remove_factors


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a member out everywhere."""
    with acting_on(request, pk) as (actor, member):
        if member.pk == actor.pk:
            messages.error(request, _("Sign yourself out on your account page."))
            return SeeOther("team")
        count = MemberSession.objects.filter(member=member).count()
        end_sessions(member)
        record(AuditAction.SESSIONS_ENDED, member, after={"count": count})
    messages.success(request, _("%(name)s was signed out everywhere.") % {"name": member})
    return SeeOther("team")


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the second factors of a member who has lost them."""
    with acting_on(request, pk) as (actor, member):
        if member.pk == actor.pk:
            messages.error(request, _("Change your own on your account page."))
            return SeeOther("team")
        removed = remove_factors(member)
    text = _("Removed the second factors of %(name)s.")
    if removed:
        messages.success(request, text % {"name": member})
    return SeeOther("team")
