"""Which changes of status are allowed? A table, and the function that applies it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from videos.models import ledger
from videos.models.announce import announce_ended
from videos.models.covers import MADE_NO_CLIP, lock_stacks, refresh_covers, stacks_of
from videos.models.event import JobEvent
from videos.models.job import TERMINAL, JobStatus, VideoJob
from videos.models.lease import RELEASED
from videos.models.member import Member
from videos.models.notify import notify_ended
from videos.wire.cost import Cost
from videos.wire.text import gettext_noop

S = JobStatus
# What the history says.
CANCELLED_UNSENT = gettext_noop("Cancelled before it was sent")

# From → to → what has to happen. `manage.py architecture` draws this table.
TRANSITIONS: dict[JobStatus, dict[JobStatus, str]] = {
    S.SUBMITTING: {
        S.QUEUED: "accepted",
        S.IN_PROGRESS: "accepted, running at once",
        S.COMPLETED: "accepted, done at once",
        S.FAILED: "refused",
        S.UNSURE: "no clear answer",
        S.CANCELLED: "given up before it was sent",
    },
    S.UNSURE: {
        S.QUEUED: "found at the provider",
        S.IN_PROGRESS: "found at the provider, running",
        S.COMPLETED: "found at the provider, done",
        S.FAILED: "found at the provider, failed",
        S.SUBMITTING: "not at the provider, or a person sends it again",
        S.CANCELLED: "a person gives it up",
    },
    S.QUEUED: {
        S.IN_PROGRESS: "started",
        S.COMPLETED: "done",
        S.FAILED: "failed",
        S.CANCELLED: "cancelled at the provider",
    },
    S.IN_PROGRESS: {
        S.COMPLETED: "done",
        S.FAILED: "failed",
        S.CANCELLED: "cancelled at the provider",
    },
    S.COMPLETED: {},
    S.FAILED: {},
    S.CANCELLED: {},
}


class ForbiddenTransition(Exception):
    """The table does not allow this change, which is a bug in the caller."""


def transition(
    job: VideoJob,
    to: JobStatus,
    *,
    why: str,
    who: Member | None = None,
    fenced: bool = False,
    unsent: bool = False,
    cost: Cost | None = None,
    **changes: Any,
) -> bool:
    """Set the status by compare-and-swap and write the history; False if the row has changed.

    `fenced` also requires that the caller's lease is still valid, and ends it. `unsent` requires
    that nothing was sent, and takes the row from a mirror that is about to send it. `cost` is what
    the provider says a finished job cost. `changes` are written in the same statement, and set on
    the instance.
    """
    came_from = JobStatus(job.status)
    if to not in TRANSITIONS[came_from]:
        raise ForbiddenTransition(f"{came_from} → {to}")
    changes = {"status": to, "missing_since": None, "missing_count": 0, "attempts": 0} | changes
    if to in TERMINAL:
        changes.setdefault("finished_at", timezone.now())
    rows = VideoJob.objects.filter(pk=job.pk, status=came_from)
    if fenced:
        rows = rows.held(job.lease_token)
        changes = RELEASED | changes
    if unsent:
        rows = rows.unsent()
        changes = RELEASED | changes
    # A failed clip gives the cover of its stack to another.
    stacks = stacks_of(VideoJob.objects.filter(pk=job.pk)) if to in MADE_NO_CLIP else []
    with transaction.atomic():
        lock_stacks(stacks)
        if rows.update(**changes, version=F("version") + 1) != 1:
            return False
        refresh_covers(stacks)
        JobEvent.objects.create(job=job, from_status=came_from, to_status=to, who=who, why=why)
        for name, value in changes.items():
            setattr(job, name, value)
        if to in TERMINAL:
            ledger.close(job, came_from, cost)
            notify_ended(job, who)
            announce_ended(job)
    return True


def cancel_unsent(jobs: Iterable[int], *, who: Member | None, **changes: Any) -> list[int]:
    """Cancel those of `jobs` (primary keys) that were surely never sent, also not by hand, and
    release what is reserved for them; returns their primary keys.

    The same as `transition` for many jobs, in as many queries for one as for many. The caller has
    begun the transaction, locked their stacks, and refreshes the covers. A mirror that holds a row
    loses its lease and sends nothing. `changes` are written in the same statement.
    """
    rows = VideoJob.objects.filter(pk__in=list(jobs)).never_sent()
    keys = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    if not keys:
        return []
    ended = {
        "status": S.CANCELLED,
        "finished_at": timezone.now(),
        "due_at": None,
        "attempts": 0,
        "attention": "",
    }
    VideoJob.objects.filter(pk__in=keys, status=S.SUBMITTING).update(
        **RELEASED | ended | changes, version=F("version") + 1
    )
    JobEvent.objects.bulk_create(
        JobEvent(
            job_id=pk,
            from_status=S.SUBMITTING,
            to_status=S.CANCELLED,
            who=who,
            why=CANCELLED_UNSENT,
        )
        for pk in keys
    )
    ledger.release_unsent(keys)
    return keys


def change_unsent(
    job: VideoJob, *, why: str, who: Member, override: str = "", **changes: Any
) -> bool:
    """Change a job that waits to be sent; False if it is already being sent. `override` is why a
    new price is allowed over a budget.

    A mirror that holds the row loses its lease and sends nothing.
    """
    rows = VideoJob.objects.filter(pk=job.pk, provider_id=job.provider_id).unsent()
    with transaction.atomic():
        if rows.update(**RELEASED | changes, version=F("version") + 1) != 1:
            return False
        JobEvent.objects.create(
            job=job, from_status=job.status, to_status=job.status, who=who, why=why
        )
        for name, value in changes.items():
            setattr(job, name, value)
        if "price" in changes:
            ledger.move(job, override)
    return True
