"""What follows when a file of the archive is found missing or damaged?

Losing the clip turns its row back into one that is not archived, and asks a person: to fetch
everything again by itself would be wrong where a disk has only come loose. What rows speak of
stays on the disk until a whole clip replaces it. Lost pictures are drawn anew by the mirror.
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


def mark(job_id: int, kind: Kind, path: str, fault: Fault) -> bool:
    """Write down that this file is not what we stored; False where that is known or outdated."""
    # Replaced meanwhile, or taken away by a purge: then it is another file that is spoken of.
    still = Asset.objects.filter(job=OuterRef("pk"), kind=kind, path=path)
    rows = VideoJob.objects.filter(
        Exists(still), pk=job_id, status=JobStatus.COMPLETED, archived_at__isnull=False
    )
    if kind != Kind.VIDEO:
        changed = {"due_at": timezone.now()}
        return _write(rows.filter(due_at=None), job_id, PICTURES[kind], changed)
    words = WORDS[fault]
    changes = {
        "archived_at": None,
        "due_at": None,
        "attention": gettext_noop("%(what)s.", what=words),
        "attempts": 0,
        "missing_since": None,
        "missing_count": 0,
    }
    return _write(rows, job_id, words, RELEASED | changes)


def unmark(job_id: int) -> bool:
    """The clip is what we stored after all: somebody has put the file back."""
    rows = damaged().filter(pk=job_id, due_at=None)
    changes = {"archived_at": timezone.now(), "attention": ""}
    return _write(rows, job_id, gettext_noop("The file is here again, whole"), changes)


def notice(public_id: str, stored: Stored) -> None:
    """A viewer met a file that cannot be sent. Never fails: the viewer is to get an answer."""
    try:
        if check.is_away():
            return
        fault = check.fault_of(stored.path, stored.size, stored.sha256, quick=True)
        job = VideoJob.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
        if fault is not None and job is not None:
            mark(job, stored.kind, stored.path, fault)
    except (OSError, Error):
        log.exception("could not write down that %s lacks a file", public_id)


def fetch_again(member: Member, job: VideoJob) -> bool:
    """Let the mirror fetch a clip that is missing or damaged here. False: there is nothing to do,
    or nobody to fetch it from."""
    if not can_fetch_again(job):
        return False
    rows = (damaged() | in_doubt()).filter(pk=job.pk, due_at=None)
    changes = {"due_at": timezone.now(), "attention": "", "attempts": 0, "claims": 0}
    return _write(rows, job.pk, gettext_noop("To be fetched again"), changes, member)


def is_damaged(job: VideoJob) -> bool:
    """Was the clip here, and is it no longer, or not whole?"""
    return job.archived_at is None and damaged().filter(pk=job.pk).exists()


def can_fetch_again(job: VideoJob) -> bool:
    """May the provider still have what is damaged here? For a job with its provider."""
    reachable = job.provider.enabled or job.provider.turned_off
    if not reachable or job.is_expired or job.due_at is not None:
        return False
    return is_damaged(job) or in_doubt().filter(pk=job.pk).exists()


def damaged() -> LeasedQuerySet[VideoJob]:
    """Completed jobs whose rows speak of a clip that is not here as it should be."""
    was_here = Asset.objects.filter(job=OuterRef("pk"), kind=Kind.VIDEO)
    return VideoJob.objects.filter(Exists(was_here), status=JobStatus.COMPLETED, archived_at=None)


def in_doubt() -> LeasedQuerySet[VideoJob]:
    """Completed jobs whose clip was kept although it could not be found whole."""
    kept = Asset.objects.filter(job=OuterRef("pk"), kind=Kind.VIDEO)
    kept = kept.exclude(condition=Condition.WHOLE)
    return VideoJob.objects.filter(Exists(kept), status=JobStatus.COMPLETED).exclude(
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
