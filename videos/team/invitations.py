"""How does an admin invite people?"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.models import Action, AuditAction, Invitation, record
from videos.team.access import member_of, requires
from videos.team.forms import InviteForm
from videos.team.invitation_links import invite, keep_fresh
from videos.team.members import team_page
from videos.team.redirects import SeeOther


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_invite(request: HttpRequest) -> HttpResponse:
    """Create a one-time link."""
    form = InviteForm(member_of(request), request.POST)
    if not form.is_valid():
        return team_page(request, form)
    name = form.cleaned_data["name"]
    keep_fresh(request, name, invite(member_of(request), name, form.cleaned_data["role"]))
    return SeeOther("team")


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke an invitation."""
    invitation = get_object_or_404(Invitation, pk=pk, accepted_at=None)
    # With the same condition: it may be accepted at this moment.
    with transaction.atomic():
        deleted, _counts = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
        if deleted:
            record(AuditAction.INVITATION_REVOKED, invitation)
    if deleted:
        text = _("Revoked the invitation for %(name)s.") % {"name": invitation.name}
        messages.success(request, text)
    return SeeOther("team")
