"""Which members have another name since a page was loaded?"""

from datetime import datetime

from videos.models import AuditAction, AuditEntry, Member

# Each of them may change what a member is called.
RENAMES = (AuditAction.MEMBER_CHANGED, AuditAction.MEMBER_ERASED)
MOST = 100


def renamed_since(since: datetime | None) -> list[tuple[int, str]]:
    """Primary key and name of those whose account was changed since. Two queries at most."""
    if since is None:
        return []
    changes = AuditEntry.objects.filter(action__in=RENAMES, at__gt=since, target_kind="member")
    found = changes.order_by("-at").values_list("target_id", flat=True)[:MOST]
    keys = {key for key in found if key is not None}
    return [(each.pk, str(each)) for each in Member.objects.filter(pk__in=keys)] if keys else []
