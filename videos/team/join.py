"""How does a person accept an invitation?"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from videos.models import AuditAction, Invitation, TeamSettings, record
from videos.models.ids import hash_of
from videos.models.policies import may_give_role
from videos.team.account_changes import one_at_a_time
from videos.team.forms import JoinForm
from videos.team.invitation_links import pending
from videos.team.redirects import show, sign_in


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@login_not_required
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: one link makes one account."""
    rows = pending().select_related("invited_by")
    invitation = rows.filter(token_hash=hash_of(token)).first()
    if invitation is None or settings.OIDC_ONLY:
        return _gone(request)
    if not may_give_role(invitation.invited_by, invitation.role):
        return _gone(request)
    context = {"invitation": invitation, "team_name": TeamSettings.load().team_name}
    if request.user.is_authenticated:
        return render(request, "team/join_signed_in.html", context)
    if request.method == "POST":
        return _accept(request, invitation, context)
    return show(request, "team/join.html", JoinForm(), **context)


def _accept(
    request: HttpRequest, invitation: Invitation, context: dict[str, object]
) -> HttpResponse:
    form = JoinForm(request.POST)
    with one_at_a_time():
        link = pending().filter(pk=invitation.pk)
        if not link.exists():
            return _gone(request)
        if not form.is_valid():
            # 200: an error status would write the address, and so the token, into the log.
            return render(request, "team/join.html", {"form": form} | context)
        member = form.save(invitation.name, invitation.role)
        if not link.update(accepted_at=timezone.now(), accepted_by=member):
            # Revoked between the two statements: don't create the account.
            transaction.set_rollback(True)
            return _gone(request)
        invited = {"role": member.role, "invitation": invitation.pk}
        record(AuditAction.MEMBER_JOINED, member, after=invited, member=member)
    return sign_in(request, member)


def _gone(request: HttpRequest) -> HttpResponse:
    """One answer for used, revoked, expired and unknown links, to reveal nothing."""
    return render(request, "team/join_gone.html", status=404)
