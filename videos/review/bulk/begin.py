"""How does a bulk run start: which clips are in it, and is it done at once or by the mirror?"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from videos.models import BulkAction, BulkPart, BulkRun, BulkState, Member, Verdict, VideoJob
from videos.models.selectors import jobs_of_press
from videos.review.bulk.actions import ACTS, REASON_OF
from videos.review.bulk.work import work_part
from videos.review.decisions import checked_reason

# So many clips are changed in one transaction.
CHUNK = 250
# So many parts are written at once.
PARTS = 20


def begin(
    member: Member,
    action: BulkAction,
    params: Mapping[str, Any],
    jobs: QuerySet[VideoJob],
    *,
    query: str = "",
    press: str = "",
) -> BulkRun | None:
    """A run for the mirror, over the clips that `jobs` has now; None if there are none.

    `press` identifies one press of the button. Sent again while the run is still running, it
    returns that run.
    """
    run = _new(member, action, params, query, press)
    rows = jobs.order_by("pk").values_list("pk", flat=True)
    try:
        with transaction.atomic():
            run.save()
            run.total = _keep(run, ((keys, {}) for keys in _chunks(rows.iterator())))
            if not run.total:
                transaction.set_rollback(True)
                return None
            run.save(update_fields=["total"])
    except IntegrityError:
        return BulkRun.objects.get(member=member, key=run.key, state=BulkState.RUNNING)
    return run


def do_now(
    member: Member, action: BulkAction, params: Mapping[str, Any], jobs: QuerySet[VideoJob]
) -> BulkRun | None:
    """A run over a few clips, which are changed at once; None if there are none."""
    keys = list(jobs.order_by("pk").values_list("pk", flat=True))
    if not keys:
        return None
    run = _new(member, action, params, "", uuid4().hex)
    run.total = len(keys)
    with transaction.atomic():
        run.save()
        _keep(run, ((part, {}) for part in _chunks(iter(keys))))
        _work_all(run)
    return run


def undo_run(member: Member, run: BulkRun) -> BulkRun | None:
    """The run that undoes `run`, started now or earlier; None if it can't be undone.

    A short one is done at once.
    """
    if not can_undo(run):
        return None
    back = _new(member, BulkAction(run.action), run.params, run.query, f"undo {run.pk}")
    back.undoes, back.total = run, run.changed
    parts = run.parts.exclude(changed=[]).order_by("position")
    outcomes = ((part.changed, part.before) for part in parts.iterator(chunk_size=PARTS))
    try:
        with transaction.atomic():
            back.save()
            _keep(back, outcomes)
            if run.changed <= CHUNK:
                _work_all(back)
    except IntegrityError:
        return BulkRun.objects.filter(undoes=run).first()
    return back


def can_undo(run: BulkRun) -> bool:
    """Return True if the run has ended, has changed something, and there is a way back."""
    is_undoable = ACTS[BulkAction(run.action)].undo is not None
    if REASON_OF in run.params:
        is_undoable = False
    if run.action == BulkAction.TRASH and not run.params["has_trash"]:
        is_undoable = False
    return is_undoable and not run.is_running and run.undoes_id is None and run.changed > 0


def begin_reason(member: Member, run: BulkRun, reason: str) -> BulkRun | None:
    """A run for the mirror that says why `run` rejected its clips. The decisions stay the same ones
    and are undone with `run`. None if there is nothing to say. Raises ValidationFailed."""
    reason = checked_reason(reason)
    if not can_add_reason(run):
        return None
    params = {"verdict": Verdict.REJECTED.value, REASON_OF: run.press, "reason": reason}
    clips = jobs_of_press(run.press)
    return begin(member, BulkAction.DECIDE, params, clips, query=run.query, press=run.press)


def can_add_reason(run: BulkRun) -> bool:
    """Return True if the run has rejected clips and was not undone."""
    has_rejected = run.action == BulkAction.DECIDE and run.params["verdict"] == Verdict.REJECTED
    return has_rejected and can_undo(run) and not hasattr(run, "undone_by")


def reasoned_by(run: BulkRun) -> BulkRun | None:
    """The run whose clips `run` gives a reason; None for any other."""
    press = run.params.get(REASON_OF)
    return BulkRun.objects.filter(press=press, member=run.member_id).first() if press else None


def cancel(run: BulkRun) -> bool:
    """Stop a run before its next part; what it did stays. Return True if it was running."""
    rows = BulkRun.objects.filter(pk=run.pk, state=BulkState.RUNNING)
    # Without the lease, a mirror that is processing the run can't write any more.
    ended = {"due_at": None, "lease_token": "", "lease_until": None}
    now = timezone.now()
    return rows.update(state=BulkState.CANCELLED, finished_at=now, **ended) == 1


def _new(
    member: Member, action: BulkAction, params: Mapping[str, Any], query: str, press: str
) -> BulkRun:
    identity = json.dumps([action, dict(params), query, press], sort_keys=True)
    return BulkRun(
        member=member,
        action=action,
        params=dict(params),
        query=query,
        press=uuid4().hex,
        key=hashlib.sha256(identity.encode()).hexdigest(),
        due_at=timezone.now(),
    )


def _work_all(run: BulkRun) -> None:
    while work_part(run):
        pass
    run.refresh_from_db()


def _chunks(keys: Iterator[int]) -> Iterator[list[int]]:
    while chunk := list(islice(keys, CHUNK)):
        yield chunk


def _keep(run: BulkRun, parts: Iterable[tuple[list[int], dict[str, Any]]]) -> int:
    """Write the parts of a run, however many, without holding all; returns how many clips."""
    total = 0
    rows = (
        BulkPart(run=run, position=position, clips=clips, before=before)
        for position, (clips, before) in enumerate(parts)
    )
    while some := list(islice(rows, PARTS)):
        total += sum(len(part.clips) for part in some)
        BulkPart.objects.bulk_create(some)
    return total
