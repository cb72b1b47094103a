"""Which members have another name since a page was loaded?"""

from datetime import datetime
from typing import NamedTuple

from videos.models import AuditAction, AuditEntry, Member

# Each of them may change what a member is called.
RENAMES = (AuditAction.MEMBER_CHANGED, AuditAction.MEMBER_ERASED)
MOST = 100


class RenamedMember(NamedTuple):
    """A member as cards (by the key) and filters (by the username) name them now."""

    key: int
    username: str
    name: str


def renamed_since(since: datetime | None) -> list[RenamedMember]:
    """Those whose account was changed since. Two queries at most."""
    if since is None:
        return []
    changes = AuditEntry.objects.filter(action__in=RENAMES, at__gt=since, target_kind="member")
    target_ids = changes.order_by("-at").values_list("target_id", flat=True)[:MOST]
    keys = {key for key in target_ids if key is not None}
    members = Member.objects.filter(pk__in=keys) if keys else []
    return [RenamedMember(each.pk, each.username, str(each)) for each in members]
