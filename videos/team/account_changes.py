"""Which changes of accounts must not run at the same time?"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.models import (
    Action,
    AuditAction,
    Invitation,
    Member,
    MemberSession,
    Role,
    TeamSettings,
    record,
)
from videos.models.audit import OWNER
from videos.models.policies import may_manage
from videos.team.access import member_of, refuse_unless


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Run a transaction while no other change of accounts runs.

    It locks the row of settings, so two first visits, two uses of one link, or two admins who
    demote each other are handled one after the other. SQLite has a single writer anyway.
    """
    with transaction.atomic():
        TeamSettings.objects.get_or_create(pk=1)
        TeamSettings.objects.select_for_update().get(pk=1)
        yield


@contextmanager
def acting_on(request: HttpRequest, pk: int) -> Iterator[tuple[Member, Member]]:
    """Yield the acting member and the member with key `pk`, both read inside `one_at_a_time`.

    Raises PermissionDenied if the actor no longer manages members or the other's role is above
    the actor's, Http404 if the member doesn't exist.
    """
    with one_at_a_time():
        actor = Member.objects.get(pk=member_of(request).pk)
        refuse_unless(actor, Action.MANAGE_MEMBERS)
        yield actor, managed_member(actor, pk)


def managed_member(actor: Member, pk: int) -> Member:
    """The member with key `pk`. Raises Http404 if there is none, PermissionDenied if `actor` may
    not change that account."""
    member = get_object_or_404(Member, pk=pk)
    if not may_manage(actor, member):
        raise PermissionDenied(_("You can't change the account of a higher role."))
    return member


def has_admin() -> bool:
    """Return True if the team has an admin. Seeded makers are not admins."""
    return Member.objects.filter(role=Role.ADMIN).exists()


def is_last_admin(member: Member) -> bool:
    """Return True for the only active admin. Call it inside `one_at_a_time`."""
    others = Member.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=member.pk)
    return member.role == Role.ADMIN and not others.exists()


def end_sessions(member: Member) -> None:
    """Sign `member` out everywhere.

    Sessions have no index by member. This reads all of them, which is rare and fast enough.
    """
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(member.pk):
            session.delete()
    MemberSession.objects.filter(member=member).delete()


def withdraw_invitations(member: Member) -> None:
    """Delete the open invitations of `member`, who could otherwise use one to come back. Call it
    inside a transaction."""
    rows = Invitation.objects.filter(invited_by=member, accepted_at=None)
    for invitation in rows:
        record(AuditAction.INVITATION_REVOKED, invitation, after={OWNER: member.pk})
    rows.delete()
