"""How is an account changed while others change theirs?"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from videos.models import Invitation, Member, Role, TeamSettings


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
