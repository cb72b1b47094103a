"""What happens when a file of the archive is found missing or damaged?

If it is the clip, its row counts as not archived, and a person decides: fetching everything again
automatically would be wrong if a disk is only disconnected. The old files stay on the disk until an
intact clip replaces them. If it is a picture, the mirror draws it again.
"""

import logging
from collections.abc import Mapping

from django.db import Error, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from videos.archive import check
from videos.archive.check import Fault
from videos.archive.serve import Stored
from videos.models import Asset, Condition, JobEvent, JobStatus, Kind, VideoJob
from videos.models.lease import RELEASED, LeasedQuerySet
from videos.models.member import Member
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

WORDS = {
    Fault.MISSING: gettext_noop("The file is missing here"),
    Fault.DAMAGED: gettext_noop("The file is damaged here"),
}
PICTURES = {
    Kind.THUMBNAIL: gettext_noop("The thumbnail is missing or damaged here and is drawn again"),
    Kind.SMALL: gettext_noop("The small thumbnail is missing or damaged here and is drawn again"),
    Kind.SPRITESHEET: gettext_noop("The spritesheet is missing or damaged here and is drawn again"),
}


def record_damage(job_id: int, kind: Kind, path: str, fault: Fault) -> bool:
    """Record that this file isn't what we stored; returns False if that is known or outdated."""
    # Only if the row still names this file: it may have been replaced or purged since.
    still = Asset.objects.filter(job=OuterRef("pk"), kind=kind, path=path)
    rows = VideoJob.objects.filter(
        Exists(still), pk=job_id, status=JobStatus.COMPLETED, archived_at__isnull=False
    )
    if kind != Kind.VIDEO:
        changed = {"due_at": timezone.now()}
        return _write(rows.filter(due_at=None), job_id, PICTURES[kind], changed)
    message = WORDS[fault]
    changes = {
        "archived_at": None,
        "due_at": None,
        "attention": gettext_noop("%(what)s.", what=message),
        "attempts": 0,
        "missing_since": None,
        "missing_count": 0,
    }
    return _write(rows, job_id, message, RELEASED | changes)


def record_intact(job_id: int) -> bool:
    """Record that the clip's file is intact again, for example because it was put back."""
    rows = damaged().filter(pk=job_id, due_at=None)
    changes = {"archived_at": timezone.now(), "attention": ""}
    return _write(rows, job_id, gettext_noop("The file is complete again"), changes)


def report_unreadable(public_id: str, stored: Stored) -> None:
    """Record that a file couldn't be sent. Never raises, so that the viewer gets an answer."""
    try:
        if check.is_away():
            return
        fault = check.fault_of(stored.path, stored.size, stored.sha256, quick=True)
        job = VideoJob.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
        if fault is not None and job is not None:
            record_damage(job, stored.kind, stored.path, fault)
    except (OSError, Error):
        log.exception("could not record that a file of %s is missing", public_id)


def fetch_again(member: Member, job: VideoJob) -> bool:
    """Have the mirror fetch a clip that is missing or damaged here.

    Returns False if there is nothing to do, or the provider can't have it any more.
    """
    if not can_fetch_again(job):
        return False
    rows = (damaged() | unverified()).filter(pk=job.pk, due_at=None)
    changes = {"due_at": timezone.now(), "attention": "", "attempts": 0, "claims": 0}
    return _write(rows, job.pk, gettext_noop("Download requested again"), changes, member)


def is_damaged(job: VideoJob) -> bool:
    """Return True if the clip was archived and its file is now missing or damaged."""
    return job.archived_at is None and damaged().filter(pk=job.pk).exists()


def can_fetch_again(job: VideoJob) -> bool:
    """Return True if the clip is damaged here and the provider may still have it."""
    reachable = job.provider.enabled or job.provider.turned_off
    if not reachable or job.is_expired or job.due_at is not None:
        return False
    return is_damaged(job) or unverified().filter(pk=job.pk).exists()


def damaged() -> LeasedQuerySet[VideoJob]:
    """Completed jobs whose archived clip is missing or damaged."""
    was_here = Asset.objects.filter(job=OuterRef("pk"), kind=Kind.VIDEO)
    return VideoJob.objects.filter(Exists(was_here), status=JobStatus.COMPLETED, archived_at=None)


def unverified() -> LeasedQuerySet[VideoJob]:
    """Completed jobs whose clip was kept although it isn't known to be intact."""
    uncertain = Asset.objects.filter(job=OuterRef("pk"), kind=Kind.VIDEO)
    uncertain = uncertain.exclude(condition=Condition.WHOLE)
    return VideoJob.objects.filter(Exists(uncertain), status=JobStatus.COMPLETED).exclude(
        archived_at=None
    )


def _write(
    rows: LeasedQuerySet[VideoJob],
    job_id: int,
    why: str,
    changes: Mapping[str, object],
    who: Member | None = None,
) -> bool:
    with transaction.atomic():
        if rows.update(**changes, version=F("version") + 1) != 1:
            return False
        done = JobStatus.COMPLETED
        JobEvent.objects.create(job_id=job_id, from_status=done, to_status=done, who=who, why=why)
    return True
