"""Which clips should be in the ledger and are not, and how do they get there?

A web process of an older release may still write such rows while a newer one is being installed.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from videos.models import TERMINAL, Charge, JobStatus, VideoJob, VideoJobQuerySet, ledger
from videos.wire.cost import cost_of

CHUNK = 500


def without_charges() -> VideoJobQuerySet:
    """Clips requested here that the ledger doesn't have. What was imported was not spent here."""
    booked = Charge.objects.filter(job=OuterRef("pk"))
    ours = Q(price__isnull=False) | Q(sends__gt=0)
    return VideoJob.objects.filter(~Exists(booked), ours)


def book_missing(after: int = 0) -> int:
    """Add the entries of all clips that lack them, from their stored prices; returns how many.

    `after` leaves out the clips up to this primary key.
    """
    count = 0
    while keys := _book_some(after):
        count, after = count + len(keys), keys[-1]
    return count


def _book_some(after: int) -> list[int]:
    """Add the entries of the next clips; returns their primary keys."""
    with transaction.atomic():
        rows = without_charges().filter(pk__gt=after).select_related("maker").order_by("pk")
        # Locked, so that none of them ends between its two entries.
        jobs = list(rows.select_for_update(of=("self",))[:CHUNK])
        opened = [ledger.reservation(job, at=job.created_at) for job in jobs]
        closed = [
            ledger.closing(entry, job, _came_from(job), cost_of(job.remote))
            for entry, job in zip(opened, jobs, strict=True)
            if job.status in TERMINAL
        ]
        Charge.objects.bulk_create([*opened, *closed])
    return [job.pk for job in jobs]


def _came_from(job: VideoJob) -> JobStatus:
    """Cancelled after it was sent: it was given up while unconfirmed."""
    gave_up = job.status == JobStatus.CANCELLED and job.first_sent_at and not job.remote_id
    return JobStatus.UNSURE if gave_up else JobStatus.QUEUED
