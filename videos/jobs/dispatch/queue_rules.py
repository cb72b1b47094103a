"""How does an admin hold or limit the waiting clips of a member or a project?"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from videos.models import AuditAction, Member, Project, QueueRule, record


def pause_queue(owner: Member | Project, *, paused: bool) -> None:
    """Hold the waiting clips of `owner`, or let them go on. Raises IntegrityError if someone else
    makes the first rule of `owner` at the same moment."""
    _change(owner, paused_at=timezone.now() if paused else None)


def limit_queue(member: Member, max_jobs: int | None) -> None:
    """Limit how many clips of `member` are under way at once; None for no limit. Raises
    IntegrityError as `pause_queue` does."""
    _change(member, max_jobs=max_jobs)


def _change(owner: Member | Project, **changes: Any) -> None:
    key = {"project": owner} if isinstance(owner, Project) else {"member": owner}
    with transaction.atomic():
        rule = QueueRule.objects.select_for_update().filter(**key).first() or QueueRule(**key)
        before = _facts(rule)
        for name, value in changes.items():
            setattr(rule, name, value)
        rule.save()
        record(AuditAction.QUEUE_CHANGED, owner, before=before, after=_facts(rule))


def _facts(rule: QueueRule) -> dict[str, Any]:
    return {"paused": rule.paused_at is not None, "max_jobs": rule.max_jobs}
