"""How does the team say that what the quality check found is fine?"""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from videos.models import Action, Finding, Member, VideoJobQuerySet, allowed_rows
from videos.models.selectors import jobs_with_keys


def dismiss(member: Member, jobs: VideoJobQuerySet, kind: str) -> bool:
    """Dismiss the finding of this kind of those of `jobs` that `member` may decide about. False:
    there is none, or it was dismissed before."""
    changes = {"dismissed_at": timezone.now(), "dismissed_by": member}
    return _write(member, jobs, kind, is_open=True, changes=changes)


def bring_back(member: Member, jobs: VideoJobQuerySet, kind: str) -> bool:
    """Take a dismissal back. False: there was none."""
    changes = {"dismissed_at": None, "dismissed_by": None}
    return _write(member, jobs, kind, is_open=False, changes=changes)


def _write(
    member: Member,
    jobs: VideoJobQuerySet,
    kind: str,
    *,
    is_open: bool,
    changes: Mapping[str, object],
) -> bool:
    rows = allowed_rows(member, Action.DECIDE, jobs)
    with transaction.atomic():
        findings = Finding.objects.filter(job__in=rows, kind=kind, dismissed_at__isnull=is_open)
        keys = list(findings.values_list("job_id", flat=True))
        if not findings.update(**changes):
            return False
        # Its card says it.
        jobs_with_keys(keys).update_shown()
    return True
