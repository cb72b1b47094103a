"""How does a member have clips downloaded now that aren't archived yet?"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from videos.models import JobEvent, Member, VideoJobQuerySet
from videos.wire.text import gettext_noop


def archive_now(member: Member, jobs: VideoJobQuerySet) -> int:
    """Make those of `jobs` due that are at risk and that `member` may change; returns how many.

    Retries start over. A clip that is being downloaded now is left alone.
    """
    with transaction.atomic():
        rows = jobs.at_risk().changeable_by(member)
        statuses = dict(rows.select_for_update().values_list("pk", "status"))
        free = rows.filter(pk__in=statuses).free()
        stuck = list(free.exclude(attention="").values_list("pk", flat=True))
        free.update(
            due_at=timezone.now(), attention="", attempts=0, claims=0, version=F("version") + 1
        )
        JobEvent.objects.bulk_create(
            JobEvent(
                job_id=pk,
                from_status=statuses[pk],
                to_status=statuses[pk],
                who=member,
                why=gettext_noop("Archiving requested"),
            )
            for pk in stuck
        )
    return len(statuses)
