"""How is an account changed while others change theirs?"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from videos.models import Action, Invitation, Member, Role, TeamSettings
from videos.team.access import REFUSALS, member_of


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A transaction beside which no other change of accounts runs.

    It holds the settings' one row, so that two first visits, two uses of one link, or two admins
    who demote each other come one after the other. SQLite has but one writer anyway.
    """
    with transaction.atomic():
        TeamSettings.objects.get_or_create(pk=1)
        TeamSettings.objects.select_for_update().get(pk=1)
        yield


@contextmanager
def acting_on(request: HttpRequest, pk: int) -> Iterator[tuple[Member, Member]]:
    """`one_at_a_time`: the admin who asks and the member it is about, as they are at this very
    moment. PermissionDenied where that is no admin any more; Http404 where there is no such member.
    """
    with one_at_a_time():
        actor = Member.objects.get(pk=member_of(request).pk)
        if not (actor.is_admin and actor.is_active):
            raise PermissionDenied(REFUSALS[Action.MANAGE_MEMBERS])
        yield actor, get_object_or_404(Member, pk=pk)


def has_admin() -> bool:
    """Is somebody there who can let others in? Seeded makers do not count."""
    return Member.objects.filter(role=Role.ADMIN).exists()


def end_sessions(member: Member) -> None:
    """Sign `member` out everywhere.

    Sessions do not know their member by an index. This reads all of a team's, on a rare occasion.
    """
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(member.pk):
            session.delete()


def withdraw_invitations(member: Member) -> None:
    """A link that `member` has kept must not be the way back in."""
    Invitation.objects.filter(invited_by=member, accepted_at=None).delete()
