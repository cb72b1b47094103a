"""Which clip of a stack is its cover?

The newest approved clip, else the newest that has not failed, else the newest; never one in the
trash. `VideoJob.is_cover` keeps the answer, so that the wall reads it from an index. Whatever
changes it first locks the stacks, then changes the clips, then calls `refresh_covers`, all in one
transaction: two people at once leave one cover.
"""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from videos.models.job import JobStatus, Verdict, VideoJob
from videos.models.stack import Stack

MADE_NO_CLIP = (JobStatus.FAILED, JobStatus.CANCELLED)
BEST_FIRST = Case(
    When(verdict=Verdict.APPROVED, then=Value(0)),
    When(status__in=MADE_NO_CLIP, then=Value(2)),
    default=Value(1),
    output_field=IntegerField(),
)


def stacks_of(jobs: QuerySet[VideoJob]) -> list[int]:
    """The primary keys of the stacks of these clips."""
    stacks = jobs.order_by().filter(stack__isnull=False).values_list("stack_id", flat=True)
    return sorted(set(stacks))


def lock_stacks(stacks: Iterable[int]) -> None:
    """Lock these stacks against other changes. In the order of their keys, so that no two wait
    for each other."""
    rows = Stack.objects.filter(pk__in=sorted(set(stacks))).order_by("pk")
    list(rows.select_for_update().values_list("pk"))


def refresh_covers(stacks: Iterable[int]) -> None:
    """Choose the cover of each of these stacks again. The caller has locked them."""
    keys = sorted(set(stacks))
    if not keys:
        return
    same = VideoJob.objects.filter(stack=OuterRef("stack"), trashed_at=None)
    best = Subquery(same.order_by(BEST_FIRST, "-pk").values("pk")[:1])
    rows = VideoJob.objects.filter(stack__in=keys)
    # The old one first: the database allows one cover per stack.
    outdated = Q(trashed_at__isnull=False) | ~Q(pk=best)
    rows.filter(outdated, is_cover=True).update(is_cover=False)
    rows.filter(is_cover=False, trashed_at=None, pk=best).update(is_cover=True)
