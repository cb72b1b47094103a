"""Which clips do the team's rules delete?

The rules are off by default. The mirror applies them in small steps. If a step is killed at any
line, the next one continues.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from videos.jobs.deletion.release import release_archived
from videos.jobs.deletion.trash import RESTORED, trash_by_rule
from videos.models import Decision, JobEvent, TeamSettings, Verdict, VideoJob, VideoJobQuerySet
from videos.models.audit import Means
from videos.models.audit_record import ChangeSource, changes_from
from videos.wire.text import gettext_noop

# How many are deleted at once.
AT_ONCE = 100


def apply_rules() -> int:
    """Apply the rules to a limited number of clips; returns how many were affected."""
    return release_archived() + trash_rejected()


def rejected_for(days: int) -> VideoJobQuerySet:
    """Live clips that were rejected at least `days` days ago.

    A clip that was restored since then is kept until it is rejected again.
    """
    since = timezone.now() - timedelta(days=days)
    decided = Decision.objects.filter(job=OuterRef("pk"))
    later = Decision.objects.filter(job=OuterRef("job"), at__gt=OuterRef("at"))
    restored = JobEvent.objects.filter(~Exists(later), job=OuterRef("pk"), why=RESTORED)
    return VideoJob.objects.live().filter(
        Exists(decided.filter(at__lte=since)),
        ~Exists(decided.filter(at__gt=since)),
        ~Exists(restored),
        verdict=Verdict.REJECTED,
    )


def trash_rejected() -> int:
    """Move some clips that were rejected long enough ago to the trash; returns how many."""
    settings = TeamSettings.load()
    days, member = settings.reject_days, settings.rules_by
    if not days or member is None:
        return 0
    rows = rejected_for(days)
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    why = gettext_noop("Moved to the trash by a rule: rejected for %(days)d days", days=days)
    with changes_from(ChangeSource(Means.WORKER)):
        return trash_by_rule(member, rows.filter(pk__in=chosen), why).count if chosen else 0
