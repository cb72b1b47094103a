"""How are many clips moved to the trash, restored, and deleted permanently?"""

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from videos.jobs.deletion import trash as use_cases
from videos.models import Refusal, TeamSettings, VideoJobQuerySet
from videos.review.bulk.task import Result, Task


def trash(task: Task) -> Result:
    """Move to the trash, except last copies that the question did not mention."""
    result = Result([])
    if TeamSettings.load().trash_days == 0 and task.params["has_trash"]:
        result.refuse(Refusal.NO_TRASH, task.clips)
        return result
    new_last_copies = _new_last_copies(task)
    result.refuse(Refusal.LAST_COPY, new_last_copies)
    rows = task.rows.exclude(pk__in=new_last_copies)
    moved = use_cases.trash(task.member, rows)
    result.before = _kept(moved)
    result.changed = sorted(set(task.clips) - new_last_copies)
    return result


def restore_trashed(task: Task) -> Result:
    """Undo `trash`, except for clips that someone else has deleted since."""
    return _restore(task, task.rows.filter(trashed_by=task.member))


def restore(task: Task) -> Result:
    """Restore from the trash."""
    return _restore(task, task.rows)


def purge(task: Task) -> Result:
    """Delete from the trash permanently; the mirror removes the files."""
    use_cases.purge_now(task.member, task.rows)
    return Result(task.clips)


def _restore(task: Task, rows: VideoJobQuerySet) -> Result:
    moved = use_cases.restore(task.member, rows)
    back = sorted(task.rows.live().values_list("pk", flat=True))
    result = Result(back, _kept(moved))
    result.refuse(Refusal.GONE, set(task.clips) - set(back))
    return result


def _kept(moved: use_cases.Moved) -> dict[str, list[int]]:
    """What is said about the run later: which clips are cancelled."""
    return {"cancelled": moved.cancelled} if moved.cancelled else {}


def _new_last_copies(task: Task) -> set[int]:
    """Clips that became last copies after the member was asked."""
    asked_at = parse_datetime(task.params["asked_at"])
    now = task.rows.last_copies().values_list("pk", flat=True)
    then = task.rows.last_copies(asked_at).values_list("pk", flat=True)
    return set(now) - set(then) if task.params["has_trash"] else set()


def trash_params() -> dict[str, object]:
    """What `trash` needs to know about the moment when the member was asked."""
    has_trash = TeamSettings.load().trash_days > 0
    return {"has_trash": has_trash, "asked_at": timezone.now().isoformat()}
