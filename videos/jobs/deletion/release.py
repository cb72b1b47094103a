"""When may the provider's copy of a clip be deleted that is archived here?

A rule of the team, off by default. The mirror asks the provider through the same rows as for purged
clips; a clip whose row is still here is one that the rule chose. Everything is checked again at the
moment of deletion, since the provider's copy may be the better one by then.
"""

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from videos.archive import check
from videos.jobs.media import integrity
from videos.jobs.providers.clients import dialect_of
from videos.models import (
    UNFINISHED,
    Asset,
    Condition,
    JobEvent,
    JobStatus,
    Kind,
    Provider,
    RemoteDeletion,
    TeamSettings,
    VideoJob,
    VideoJobQuerySet,
)
from videos.wire.text import gettext_noop

# How many are chosen at once.
AT_ONCE = 50
RELEASED = gettext_noop("Deleted at the provider, since it is archived here")


def releasable() -> VideoJobQuerySet:
    """Clips that are archived whole while their provider still holds them and could delete them.

    Not those that something is being made from: that needs the provider's copy.
    """
    whole = Asset.objects.filter(job=OuterRef("pk"), kind=Kind.VIDEO, condition=Condition.WHOLE)
    needed = VideoJob.objects.filter(source=OuterRef("pk"), status__in=UNFINISHED)
    at_provider = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    able = [each.pk for each in Provider.objects.all() if dialect_of(each).deletes]
    return (
        VideoJob.objects.live()
        .filter(at_provider, status=JobStatus.COMPLETED, due_at=None, provider__in=able)
        .filter(Exists(whole), ~Exists(needed), archived_at__isnull=False)
        .exclude(remote_id="")
    )


def release_archived() -> int:
    """Have the provider's copies of some archived clips deleted; returns of how many.

    Killed after any line, the next call goes on. Two mirrors at once may ask for the same deletion
    twice, which is harmless.
    """
    if not TeamSettings.load().release_archived or check.is_away():
        return 0
    asked = RemoteDeletion.objects.filter(
        provider=OuterRef("provider"), remote_id=OuterRef("remote_id")
    )
    chosen = releasable().filter(~Exists(asked)).order_by("pk")
    wanted = list(chosen.values_list("provider_id", "remote_id")[:AT_ONCE])
    now = timezone.now()
    RemoteDeletion.objects.bulk_create(
        RemoteDeletion(provider_id=provider, remote_id=remote_id, due_at=now)
        for provider, remote_id in wanted
    )
    return len(wanted)


def released_job(deletion: RemoteDeletion) -> VideoJob | None:
    """The clip that this deletion leaves here; None for one that was purged."""
    rows = VideoJob.objects.filter(provider=deletion.provider_id, remote_id=deletion.remote_id)
    return rows.first()


def may_release(job: VideoJob) -> bool:
    """Return True if the rule is still on and our copy is as it was stored, byte for byte."""
    if not TeamSettings.load().release_archived or not releasable().filter(pk=job.pk).exists():
        return False
    clip = job.assets.filter(kind=Kind.VIDEO).get()
    try:
        fault = check.fault_of(clip.path, clip.bytes, clip.sha256)
    except OSError:
        # The disk is away: that says nothing of the file.
        return False
    if fault is not None and not check.is_away():
        integrity.mark(job.pk, Kind.VIDEO, clip.path, fault)
    return fault is None


def note_released(job: VideoJob) -> None:
    """Write down that the provider no longer holds this clip."""
    rows = VideoJob.objects.filter(pk=job.pk, status=JobStatus.COMPLETED)
    rows.update(expires_at=timezone.now(), version=F("version") + 1)
    JobEvent.objects.create(job=job, from_status=job.status, to_status=job.status, why=RELEASED)
