"""How does the mirror process a bulk run? One part per transaction."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from videos.failpoints import failpoint
from videos.jobs.retry import BULK
from videos.models import (
    Action,
    BulkAction,
    BulkPart,
    BulkRun,
    BulkState,
    JobStatus,
    NoticeKind,
    Refusal,
    VideoJob,
    may,
)
from videos.models.audit import Means
from videos.models.audit_record import ChangeSource, changes_from
from videos.models.lease import LeasedQuerySet
from videos.models.notify import notify
from videos.review.bulk.actions import ACTS, REASON_OF, Act
from videos.review.bulk.task import Result, Task
from videos.review.decisions import notify_of_press

log = logging.getLogger(__name__)

# So many parts are done before the run queues up again behind the others.
PARTS_PER_CLAIM = 20


class LostRun(Exception):
    """Another process has the run, or it was cancelled; the part is rolled back."""


# --- steps of the mirror ---------------------------------------------------------------------


def due_runs(now: datetime) -> LeasedQuerySet[BulkRun]:
    """Runs that wait for the mirror."""
    return BulkRun.objects.due(now)


def work(run: BulkRun) -> None:
    """Process some parts of a claimed run; if any are left, the run is due again at once."""
    if poison := BULK.poison(run):
        run.write_back(
            state=BulkState.STOPPED, due_at=None, finished_at=timezone.now(), trouble=poison
        )
        return
    with changes_from(ChangeSource(Means.WORKER, member=lambda: run.member)):
        try:
            for _ in range(PARTS_PER_CLAIM):
                if not work_part(run, is_told=True):
                    return
        except LostRun:
            log.info("%s was cancelled or taken over", run)
            return
    run.write_back(due_at=timezone.now())


# --- one part --------------------------------------------------------------------------------


def work_part(run: BulkRun, *, is_told: bool = False) -> bool:
    """Process the next part; return False if none is left. Raises LostRun.

    The run is read again each time: its member may have another role by now.
    """
    with transaction.atomic():
        mine = BulkRun.objects.held(run.lease_token).filter(pk=run.pk, state=BulkState.RUNNING)
        row = mine.select_for_update(of=("self",)).select_related("member", "undoes").first()
        if row is None:
            raise LostRun
        part = BulkPart.objects.filter(run=row, position=row.position).first()
        if part is None:
            _finish(row, is_told=is_told)
            return False
        result = _do(row, part)
        part.changed, part.before, part.refused = result.changed, result.before, result.refused
        part.save(update_fields=["changed", "before", "refused"])
        refused = sum(len(clips) for clips in result.refused.values())
        done = mine.filter(position=row.position).update(
            position=F("position") + 1,
            changed=F("changed") + len(result.changed),
            unchanged=F("unchanged") + len(part.clips) - len(result.changed) - refused,
            failed=F("failed") + refused,
            started_at=row.started_at or timezone.now(),
            claims=0,
        )
        if not done:
            raise LostRun
        failpoint("bulk_part_done")
    failpoint("bulk_part_kept")
    return True


def _do(run: BulkRun, part: BulkPart) -> Result:
    act, undone = ACTS[BulkAction(run.action)], run.undoes
    step = act.do if undone is None else act.undo
    assert step is not None  # `undo_run` has checked it
    task = Task(
        run.member,
        part.clips,
        run.params,
        (undone or run).press,
        part.position,
        part.before,
    )
    allowed, refused = _sort_out(task, act, is_undo=undone is not None)
    result = step(replace(task, clips=allowed)) if allowed else Result([])
    for reason, clips in refused.items():
        result.refuse(reason, clips)
    return result


# The columns that say whether an action may be done to a clip.
JUDGED_BY = ("maker_id", "project_id", "status", "trashed_at")


def _sort_out(task: Task, act: Act, *, is_undo: bool) -> tuple[list[int], dict[Refusal, list[int]]]:
    """Split the clips into those the member may change, and the others by reason. One query."""
    in_trash = act.undoes_in_trash if is_undo else act.of_trash
    jobs: dict[int, VideoJob] = task.rows.only(*JUDGED_BY).in_bulk()
    allowed: list[int] = []
    refused: dict[Refusal, list[int]] = {}
    for key in task.clips:
        job = jobs.get(key)
        if job is None or job.is_trashed != in_trash:
            refused.setdefault(Refusal.GONE, []).append(key)
        elif not (may(task.member, Action.VIEW, job) and may(task.member, act.needs, job)):
            refused.setdefault(Refusal.NOT_ALLOWED, []).append(key)
        elif act.only_finished and job.status != JobStatus.COMPLETED:
            refused.setdefault(Refusal.UNFINISHED, []).append(key)
        else:
            allowed.append(key)
    return allowed, refused


def _finish(run: BulkRun, *, is_told: bool) -> None:
    ended: dict[str, Any] = {"state": BulkState.DONE, "due_at": None, "finished_at": timezone.now()}
    if not run.write_back(**ended):
        raise LostRun
    is_decision = run.action == BulkAction.DECIDE and REASON_OF not in run.params
    if is_decision and run.undoes is None:
        notify_of_press(run.member, run.press, run.params["verdict"])
    if is_told:
        values = {"run": run.pk, "changed": run.changed, "failed": run.failed}
        notify(NoticeKind.BULK, [run.member_id], f"bulk:{run.pk}", values=values)
