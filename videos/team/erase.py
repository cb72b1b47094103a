"""How is a member erased? What is known of the person goes; what they made stays."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.models import (
    AccessToken,
    Action,
    AuditAction,
    BulkRun,
    Invitation,
    Member,
    Notice,
    NoticeDelivery,
    NoticeSettings,
    PasswordLink,
    Quote,
    ShareLink,
    record,
)
from videos.models.announce import forget_names
from videos.team.access import requires
from videos.team.account_changes import acting_on, end_sessions, withdraw_invitations
from videos.team.redirects import SeeOther
from videos.team.stored_names import forget_tokens, rename_in_queries
from videos.team.tokens import revoke_all


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase a member who was deactivated before."""
    with acting_on(request, pk) as (actor, member):
        name = str(member)
        if member.pk == actor.pk or member.is_active:
            messages.error(request, _("Deactivate %(name)s first.") % {"name": name})
        elif member.erased_at is None:
            record(AuditAction.MEMBER_ERASED, member)
            erase(member)
            messages.success(request, _("Erased %(name)s.") % {"name": name})
    return SeeOther("team")


def erase(member: Member) -> None:
    """Remove name, login, address, password, factors, sessions and links of a member.

    The row stays, and with it clips, comments, decisions and charges.
    """
    end_sessions(member)
    revoke_all(member)
    withdraw_invitations(member)
    ShareLink.objects.revoke_all(member)
    _delete_personal_rows(member)
    AccessToken.objects.filter(member=member).update(name="", last_used_at=None)
    Invitation.objects.filter(accepted_by=member).update(name="")
    forget_tokens(member)
    forget_names(member)
    login, member.username = member.username, f"deleted-{member.pk}"
    rename_in_queries(login, member.username)
    member.name, member.email = "", ""
    member.is_active, member.last_login, member.erased_at = False, None, timezone.now()
    member.set_unusable_password()
    member.save()


def _delete_personal_rows(member: Member) -> None:
    Quote.objects.filter(token__member=member).delete()
    PasswordLink.objects.filter(Q(member=member) | Q(made_by=member)).delete()
    EmailAddress.objects.filter(user_id=member.pk).delete()
    Authenticator.objects.filter(user=member).delete()
    SocialAccount.objects.filter(user=member).delete()
    Notice.objects.filter(member=member).delete()
    # The trouble with an e-mail can name its address.
    NoticeDelivery.objects.filter(member=member).delete()
    NoticeSettings.objects.filter(member=member).delete()
    BulkRun.objects.filter(member=member).delete()
    member.saved_views.filter(for_team=False).delete()
