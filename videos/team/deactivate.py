"""What ends with an account, and when does an outside provider end one?"""

import logging

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest

from videos.models import AuditAction, Member, ShareLink, record
from videos.team.account_changes import (
    end_sessions,
    is_last_admin,
    one_at_a_time,
    withdraw_invitations,
)
from videos.team.password_links import withdraw_password_links
from videos.team.tokens import revoke_all

log = logging.getLogger(__name__)


def end_access(member: Member) -> None:
    """End what a deactivated member could still use: sessions, access tokens and share links. Call
    it inside a transaction."""
    end_sessions(member)
    revoke_all(member)
    ShareLink.objects.revoke_all(member)


def deactivate_refused(request: HttpRequest, pk: int, by: str) -> None:
    """Deactivate a member whose groups give no role any more, except the last active admin.

    `by` says in the audit log who says so.
    """
    with one_at_a_time():
        member = Member.objects.get(pk=pk)
        if not member.is_active:
            return
        if is_last_admin(member):
            log.warning("%s keeps access: there is no other admin", member.username)
            return
        member.is_active = False
        member.save(update_fields=["is_active"])
        facts = {"is_active": False, "by": by}
        record(
            AuditAction.MEMBER_DEACTIVATED,
            member,
            before={"is_active": True},
            after=facts,
            member=member,
        )
        end_access(member)
        withdraw_invitations(member)
        withdraw_password_links(member)
    log.warning("%s was deactivated by %s: no role by the groups", member.username, by)
    # The browser that was just refused: this request still has its session.
    if request.session.get(SESSION_KEY) == str(pk):
        logout(request)
