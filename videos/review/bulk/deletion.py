"""How do many clips go to the trash, come back, and go for good?"""

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from videos.jobs.deletion import trash as use_cases
from videos.models import Refusal, TeamSettings, VideoJobQuerySet
from videos.review.bulk.task import Result, Task


def trash(task: Task) -> Result:
    """Into the trash, without those of which nobody was asked whether the last copy may go."""
    result = Result([])
    if TeamSettings.load().trash_days == 0 and task.params["has_trash"]:
        result.refuse(Refusal.NO_TRASH, task.clips)
        return result
    unasked = _new_last_copies(task)
    result.refuse(Refusal.LAST_COPY, unasked)
    rows = task.rows.exclude(pk__in=unasked)
    use_cases.trash(task.member, rows)
    result.changed = sorted(set(task.clips) - unasked)
    return result


def restore_trashed(task: Task) -> Result:
    """Take back what `trash` did, where nobody else has deleted the clip since."""
    return _restore(task, task.rows.filter(trashed_by=task.member))


def restore(task: Task) -> Result:
    """Out of the trash."""
    return _restore(task, task.rows)


def purge(task: Task) -> Result:
    """Out of the trash for good; the mirror does it."""
    use_cases.purge_now(task.member, task.rows)
    return Result(task.clips)


def _restore(task: Task, rows: VideoJobQuerySet) -> Result:
    use_cases.restore(task.member, rows)
    back = sorted(task.rows.live().values_list("pk", flat=True))
    result = Result(back)
    result.refuse(Refusal.GONE, set(task.clips) - set(back))
    return result


def _new_last_copies(task: Task) -> set[int]:
    """Clips that have become last copies since the question was answered."""
    asked_at = parse_datetime(task.params["asked_at"])
    now = task.rows.last_copies().values_list("pk", flat=True)
    then = task.rows.last_copies(asked_at).values_list("pk", flat=True)
    return set(now) - set(then) if task.params["has_trash"] else set()


def trash_params() -> dict[str, object]:
    """What `trash` needs to know of the moment when the member was asked."""
    has_trash = TeamSettings.load().trash_days > 0
    return {"has_trash": has_trash, "asked_at": timezone.now().isoformat()}
