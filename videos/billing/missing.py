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


def book_missing() -> int:
    """Add the entries of all clips that lack them, from their stored prices; returns how many."""
    count = 0
    while count_added := _book_some():
        count += count_added
    return count


def _book_some() -> int:
    with transaction.atomic():
        rows = without_charges().select_related("maker").order_by("pk")
        # Locked, so that none of them ends between its two entries.
        jobs = list(rows.select_for_update(of=("self",))[:CHUNK])
        Charge.objects.bulk_create(ledger.reservation(job, at=job.created_at) for job in jobs)
        for job in jobs:
            if job.status in TERMINAL:
                ledger.close(job, _came_from(job), cost_of(job.remote))
    return len(jobs)


def _came_from(job: VideoJob) -> JobStatus:
    """Cancelled after it was sent: it was given up while unconfirmed."""
    gave_up = job.status == JobStatus.CANCELLED and job.first_sent_at and not job.remote_id
    return JobStatus.UNSURE if gave_up else JobStatus.QUEUED
