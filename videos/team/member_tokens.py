"""How does an admin see and revoke the access tokens of others?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from videos.models import AccessToken, Action
from videos.team.access import member_of, requires
from videos.team.account_changes import acting_on, managed_member
from videos.team.redirects import SeeOther
from videos.team.token_pages import tokens_of
from videos.team.tokens import revoke


@require_safe
@requires(Action.MANAGE_MEMBERS)
def team_tokens(request: HttpRequest, pk: int) -> HttpResponse:
    """The access tokens of one member."""
    member = managed_member(member_of(request), pk)
    context = {"member": member, "tokens": tokens_of(member)}
    return render(request, "team/member_tokens.html", context)


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_token_revoke(request: HttpRequest, pk: int, token: int) -> HttpResponse:
    """Revoke one access token of a member."""
    with acting_on(request, pk) as (_actor, member):
        row = AccessToken.objects.filter(member=member, pk=token).first()
        if row is None:
            raise Http404
        revoked = revoke(member, token)
    if revoked is None:
        messages.info(request, _("“%(name)s” was revoked already.") % {"name": row.name})
    else:
        messages.success(request, _("“%(name)s” no longer works.") % {"name": row.name})
    return SeeOther("team_tokens", pk)
