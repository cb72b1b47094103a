"""How is a job moved to the trash, restored, or deleted permanently?"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from videos.archive import store
from videos.archive.uploads import references
from videos.failpoints import failpoint
from videos.jobs.deletion.release import may_release, record_release, released_job
from videos.jobs.providers.clients import client_for, record_failure, record_success
from videos.jobs.remote.record import leave_tombstone
from videos.jobs.retry import DELETE
from videos.jobs.send_count import database_is_older
from videos.models import (
    Action,
    Asset,
    AuditAction,
    JobEvent,
    JobPicture,
    JobStatus,
    Member,
    RemoteDeletion,
    TeamSettings,
    VideoJob,
    allowed_rows,
    cancel_unsent,
    lock_stacks,
    record_clips,
    refresh_covers,
    remember_key,
    stacks_of,
)
from videos.models.lease import LeasedQuerySet, shared_now
from videos.models.ledger import close_purged
from videos.models.purged_clip import keep_verdict
from videos.provider.errors import Conflict, NotOffered, ProviderError, Refused
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

Jobs = QuerySet[VideoJob]
Changes = Mapping[str, object]
# Keeps restoring and purging apart even if two machines' clocks differ a little.
PURGE_MARGIN = timedelta(seconds=2)
# What the history says about a restored clip.
RESTORED = gettext_noop("Restored from the trash")
# The minimum number of days in the trash for a clip that a rule has deleted.
RULE_DAYS = 7


@dataclass(frozen=True)
class Moved:
    """How many clips were moved into the trash or out of it. `cancelled` are the primary keys of
    those that were cancelled because they weren't sent yet; out of it, of all that are cancelled.
    """

    count: int
    cancelled: list[int]


def trash(member: Member, jobs: Jobs) -> Moved:
    """Move those of `jobs` to the trash that `member` may change. Those that were surely never sent
    are cancelled, so that they cost nothing from now on."""
    now = timezone.now()
    purge_at = now + timedelta(days=TeamSettings.load().trash_days)
    rows = allowed_rows(member, Action.CHANGE, jobs).filter(trashed_at=None)
    changes = {"trashed_at": now, "trashed_by": member, "purge_at": purge_at}
    return _trash(member, rows, gettext_noop("Moved to the trash"), changes)


def trash_by_rule(member: Member, jobs: Jobs, why: str) -> Moved:
    """Move `jobs` to the trash for a rule that `member` turned on, without checking permissions.

    They stay there for at least a week, because no one saw them being deleted.
    """
    now = timezone.now()
    days = max(TeamSettings.load().trash_days, RULE_DAYS)
    changes = {"trashed_at": now, "trashed_by": member, "purge_at": now + timedelta(days=days)}
    return _trash(None, jobs.filter(trashed_at=None), why, changes)


def restore(member: Member, jobs: Jobs) -> Moved:
    """Restore jobs from the trash. Those that were cancelled stay so, and can be retried."""
    # A job that the mirror may already purge can't be restored: its files may be gone.
    rows = allowed_rows(member, Action.CHANGE, jobs).filter(purge_at__gt=shared_now())
    changes = {"trashed_at": None, "trashed_by": None, "purge_at": None}
    return _change_rows(AuditAction.CLIPS_RESTORED, member, rows, RESTORED, changes)


def purge_now(member: Member, jobs: Jobs) -> int:
    """Let the mirror purge trashed jobs at once; returns how many."""
    rows = allowed_rows(member, Action.CHANGE, jobs).filter(trashed_at__isnull=False)
    with transaction.atomic():
        ids = list(rows.values_list("pk", "public_id"))
        count = rows.filter(pk__in=[pk for pk, _ in ids]).update(purge_at=timezone.now())
        record_clips(AuditAction.CLIPS_PURGED, [public_id for _, public_id in ids], member)
    return count


def _trash(member: Member | None, rows: Jobs, why: str, changes: Changes) -> Moved:
    return _change_rows(AuditAction.CLIPS_TRASHED, member, rows, why, changes, cancels_unsent=True)


def _change_rows(
    action: AuditAction,
    member: Member | None,
    rows: Jobs,
    why: str,
    changes: Changes,
    *,
    cancels_unsent: bool = False,
) -> Moved:
    with transaction.atomic():
        lock_stacks(stacks_of(rows))
        locked = list(rows.select_for_update().values_list("pk", "status", "public_id"))
        statuses = {pk: status for pk, status, _ in locked}
        waiting = [pk for pk, status in statuses.items() if status == JobStatus.SUBMITTING]
        cancelled = [pk for pk, status in statuses.items() if status == JobStatus.CANCELLED]
        newly: list[int] = []
        # In a database that was restored, a clip that seems unsent may have been sent.
        if cancels_unsent and waiting and not database_is_older():
            newly = cancel_unsent(waiting, who=member, **changes)
        # The UPDATE repeats the condition, so that rows that changed since are left alone.
        keys = list(statuses)
        count = rows.filter(pk__in=keys).update(**changes, version=F("version") + 1)
        refresh_covers(stacks_of(VideoJob.objects.filter(pk__in=keys)))
        JobEvent.objects.bulk_create(
            JobEvent(job_id=pk, from_status=status, to_status=status, who=member, why=why)
            for pk, status in (statuses | dict.fromkeys(newly, JobStatus.CANCELLED)).items()
        )
        by_rule = {} if member else {"why": why}
        record_clips(action, [public_id for _, _, public_id in locked], member, **by_rule)
    return Moved(count + len(newly), newly if cancels_unsent else cancelled)


# --- steps of the mirror ---------------------------------------------------------------------


def due_purges(now: datetime) -> LeasedQuerySet[VideoJob]:
    """Trashed rows that can no longer be restored."""
    rows = VideoJob.objects.filter(purge_at__lte=now - PURGE_MARGIN)
    return rows.select_related("provider").order_by("purge_at")


def purge(job: VideoJob) -> None:
    """The step of a trashed row whose time is up: delete the files first, then the row.

    If it is killed in between, the row still exists and the step runs again. The provider's copy
    gets a RemoteDeletion row, so that a slow or failing provider blocks nothing.
    """
    # By the same clock as restoring.
    due = shared_now() - PURGE_MARGIN
    # It may have been restored since it was claimed.
    rows = VideoJob.objects.held(job.lease_token).filter(pk=job.pk, purge_at__lte=due)
    if not rows.exists():
        job.write_back()
        return
    more = list(JobPicture.objects.filter(job=job).exclude(path=""))
    stored = [references.stored_bytes(each.path) or b"" for each in more]
    remember_key(job, references.stored_bytes(job.reference), stored)
    store.remove(job)
    for name in (job.reference, *(each.path for each in more)):
        references.drop(name)
    failpoint("files_gone")
    with transaction.atomic():
        if not rows.select_for_update().exists():
            return
        if _provider_may_hold(job):
            RemoteDeletion.objects.create(
                provider_id=job.provider_id, remote_id=job.remote_id, due_at=timezone.now()
            )
        leave_tombstone(job)
        # Before the row: if killed after it is gone, the files would stay forever.
        store.drop(_unshared_files(job))
        close_purged(job)
        keep_verdict(job)
        rows.delete()
    failpoint("row_gone")
    begun = job.status == JobStatus.SUBMITTING and job.submit_started_at is not None
    if job.status == JobStatus.UNSURE or begun:
        # Without an id, the provider's copy can't be deleted.
        log.warning("purged %s while unconfirmed: %s may still have its clip", job, job.provider)


def _provider_may_hold(job: VideoJob) -> bool:
    if not job.remote_id or not TeamSettings.load().delete_remote:
        return False
    return not (job.is_expired or job.status in (JobStatus.FAILED, JobStatus.CANCELLED))


def _unshared_files(job: VideoJob) -> list[str]:
    """Files outside the job's own folder that no other job uses (seeded galleries share files)."""
    paths = list(job.assets.values_list("path", flat=True))
    used = Asset.objects.filter(path__in=paths).exclude(job=job).values_list("path", flat=True)
    return sorted(set(paths) - set(used))


def delete_at_provider(deletion: RemoteDeletion) -> None:
    """Try once to delete a job at the provider. A lasting refusal leaves the row visible."""
    if poison := DELETE.poison(deletion):
        deletion.write_back(due_at=None, refusal=poison)
        return
    released = released_job(deletion)
    if released is not None and not may_release(released):
        # The rule was turned off, or deleting is no longer safe.
        RemoteDeletion.objects.held(deletion.lease_token).filter(pk=deletion.pk).delete()
        return
    try:
        gone = client_for(deletion.provider).delete(deletion.remote_id)
    except NotOffered:
        deletion.write_back(due_at=None, refusal="The provider doesn't support deletion.")
    except (Refused, Conflict) as error:
        _try_later(deletion, error)
    except ProviderError as error:
        record_failure(deletion.provider, error)
        _try_later(deletion, error)
    else:
        failpoint("remote_deleted")
        record_success(deletion.provider)
        if gone:
            _deleted(deletion)
        else:
            deletion.write_back(due_at=None, refusal="The provider answered “not deleted”.")


def _deleted(deletion: RemoteDeletion) -> None:
    with transaction.atomic():
        held = RemoteDeletion.objects.held(deletion.lease_token).filter(pk=deletion.pk)
        if held.delete()[0] and (job := released_job(deletion)) is not None:
            record_release(job)


def _try_later(deletion: RemoteDeletion, error: ProviderError) -> None:
    attempts = deletion.attempts + 1
    if DELETE.is_over(attempts) and not error.transient:
        deletion.write_back(due_at=None, attempts=attempts, refusal=error.message[:600])
        return
    wait = DELETE.wait(attempts)
    deletion.write_back(attempts=attempts, due_at=timezone.now() + wait)
