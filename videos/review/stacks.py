"""How are clips split off their stack, or joined to one, by hand?"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from videos.jobs.errors import ValidationFailed
from videos.models import (
    Action,
    Member,
    Stack,
    StackMove,
    VideoJob,
    allowed_rows,
    lock_stacks,
    refresh_covers,
    stacks_of,
)
from videos.models.selectors import jobs_in_stacks, jobs_with_keys

MAX_STACK = 500


@dataclass(frozen=True)
class Moved:
    """What one press did: how many clips changed their stack, and the key that undoes it."""

    count: int
    press: str


def stack_sizes(jobs: Iterable[VideoJob]) -> dict[int | None, int]:
    """Primary key of a stack → how many clips it has outside the trash. One query, none where no
    clip has a stack."""
    keys = {job.stack_id for job in jobs if job.stack_id}
    if not keys:
        return {}
    rows = jobs_in_stacks(keys).live().order_by().values("stack")
    return dict(rows.annotate(clips=Count("pk")).values_list("stack", "clips"))


def split_off(member: Member, jobs: QuerySet[VideoJob]) -> Moved:
    """Let those of `jobs` that `member` may organise stand alone again."""
    rows = allowed_rows(member, Action.ORGANISE, jobs)
    with transaction.atomic():
        lock_stacks(stacks_of(rows))
        locked = _lock(rows.filter(stack__isnull=False))
        sizes = stack_sizes(locked)
        moving = [job for job in locked if sizes.get(job.stack_id, 1) > 1]
        return _move(member, moving, None)


def join(member: Member, jobs: QuerySet[VideoJob]) -> Moved:
    """Put `jobs`, as far as `member` may organise them, and all that is in their stacks into one
    stack: the oldest of theirs. Raises ValidationFailed."""
    rows = allowed_rows(member, Action.ORGANISE, jobs)
    with transaction.atomic():
        stacks = stacks_of(rows)
        lock_stacks(stacks)
        chosen = set(rows.values_list("pk", flat=True))
        mates = jobs_in_stacks(stacks).values_list("pk", flat=True)
        together = chosen | set(allowed_rows(member, Action.ORGANISE, mates))
        if len(chosen) < 2:
            raise ValidationFailed({"": _("Select two clips or more to join them.")})
        if len(together) > MAX_STACK:
            message = _("A stack can hold %(limit)d clips.")
            raise ValidationFailed({"": message % {"limit": MAX_STACK}})
        target = Stack.objects.get(pk=stacks[0]) if stacks else Stack.objects.create()
        moving = _lock(jobs_with_keys(together).exclude(stack=target))
        return _move(member, moving, target)


def undo_move(member: Member, press: str) -> int:
    """Undo what `member` moved in one press, unless it was moved again since; returns how many
    clips are in their earlier stack again."""
    moves = StackMove.objects.filter(by=member, press=press)
    with transaction.atomic():
        involved = {pk for pair in moves.values_list("before", "after") for pk in pair if pk}
        lock_stacks(involved)
        before = dict(moves.values_list("job", "before"))
        after = dict(moves.values_list("job", "after"))
        jobs = jobs_with_keys(before)
        rows = _lock(allowed_rows(member, Action.ORGANISE, jobs))
        back = [job for job in rows if job.stack_id == after[job.pk] != before[job.pk]]
        for stack in {before[job.pk] for job in back}:
            _put([job.pk for job in back if before[job.pk] == stack], stack)
        refresh_covers(involved)
    return len(back)


def _lock(rows: QuerySet[VideoJob]) -> list[VideoJob]:
    return list(rows.order_by("pk").select_for_update().only("pk", "stack_id"))


def _move(member: Member, jobs: list[VideoJob], stack: Stack | None) -> Moved:
    press = uuid4().hex
    StackMove.objects.bulk_create(
        StackMove(job=job, before_id=job.stack_id, after=stack, by=member, press=press)
        for job in jobs
    )
    _put([job.pk for job in jobs], stack.pk if stack else None)
    left = {job.stack_id for job in jobs if job.stack_id}
    refresh_covers(left | ({stack.pk} if stack and jobs else set()))
    return Moved(len(jobs), press)


def _put(keys: list[int], stack: int | None) -> None:
    # A clip that stands alone is its own cover; in a stack, the cover is chosen afterwards.
    jobs_with_keys(keys).update(stack=stack, is_cover=stack is None)
