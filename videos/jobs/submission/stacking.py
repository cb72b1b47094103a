"""Into which stack do new clips go?

Takes of one press lie in one stack. What is made from a clip, or as another take of it, joins that
clip's stack; a clip that stood alone gets one then.
"""

from collections.abc import Sequence
from itertools import islice

from videos.jobs.submission.request import Submission
from videos.models import Stack, VideoJob, lock_stacks


def put_into_stacks(submissions: Sequence[Submission], rows: list[VideoJob]) -> set[int]:
    """Give the unsaved rows, which are in the order of submissions and takes, their stacks. Returns
    the existing stacks that they join: their covers are to be chosen again once the rows are saved.
    """
    joined = _joined([each.beside or each.source for each in submissions])
    left = iter(rows)
    fresh: list[list[VideoJob]] = []
    for submission in submissions:
        takes = list(islice(left, submission.takes))
        anchor = submission.beside or submission.source
        if anchor is not None and anchor.pk in joined:
            for row in takes:
                row.stack, row.is_cover = joined[anchor.pk], False
        elif len(takes) > 1:
            fresh.append(takes)
    stacks = Stack.objects.bulk_create(Stack() for _takes in fresh)
    for stack, takes in zip(stacks, fresh, strict=True):
        for row in takes:
            # The first take is saved last, which makes it the newest.
            row.stack, row.is_cover = stack, row is takes[0]
    return {stack.pk for stack in joined.values()}


def _joined(anchors: Sequence[VideoJob | None]) -> dict[int, Stack]:
    """Primary key of a clip → its stack, which is locked; a new one for a clip that stood alone. A
    clip that was purged has none."""
    keys = {anchor.pk for anchor in anchors if anchor is not None}
    if not keys:
        return {}
    rows = VideoJob.objects.filter(pk__in=keys)
    lock_stacks(pk for pk in rows.values_list("stack", flat=True) if pk is not None)
    stacks = {
        row.pk: row.stack
        for row in rows.select_for_update(of=("self",)).select_related("stack").order_by("pk")
    }
    for pk, stack in stacks.items():
        if stack is None:
            stacks[pk] = Stack.objects.create()
            VideoJob.objects.filter(pk=pk).update(stack=stacks[pk], is_cover=False)
    return {pk: stack for pk, stack in stacks.items() if stack is not None}
