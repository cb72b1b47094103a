"""When may the provider's copy of an archived clip be deleted?

This is a rule of the team, off by default. The mirror uses the same rows as for purged clips; if
the clip's own row still exists, the rule chose it. Everything is checked again just before the
deletion, because the provider's copy may be the better one by then.
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
RELEASED = gettext_noop("Deleted at the provider, because it's archived here")


def releasable() -> VideoJobQuerySet:
    """Clips that are archived whole and that their provider still has and can delete.

    Clips from which another clip is being made are left out: that needs the provider's copy.
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
    """Schedule the deletion of some archived clips at their providers; returns how many.

    If it is killed at any line, the next call continues. Two mirrors at once may schedule the same
    deletion twice, which is harmless.
    """
    if not TeamSettings.load().release_archived or check.is_away():
        return 0
    requested = RemoteDeletion.objects.filter(
        provider=OuterRef("provider"), remote_id=OuterRef("remote_id")
    )
    chosen = releasable().filter(~Exists(requested)).order_by("pk")
    wanted = list(chosen.values_list("provider_id", "remote_id")[:AT_ONCE])
    now = timezone.now()
    RemoteDeletion.objects.bulk_create(
        RemoteDeletion(provider_id=provider, remote_id=remote_id, due_at=now)
        for provider, remote_id in wanted
    )
    return len(wanted)


def released_job(deletion: RemoteDeletion) -> VideoJob | None:
    """The clip whose provider copy is to be deleted; None if the clip itself was purged."""
    rows = VideoJob.objects.filter(provider=deletion.provider_id, remote_id=deletion.remote_id)
    return rows.first()


def may_release(job: VideoJob) -> bool:
    """Return True if the rule is still on and our copy is unchanged, byte for byte."""
    if not TeamSettings.load().release_archived or not releasable().filter(pk=job.pk).exists():
        return False
    clip = job.assets.filter(kind=Kind.VIDEO).get()
    try:
        fault = check.fault_of(clip.path, clip.bytes, clip.sha256)
    except OSError:
        # The disk isn't mounted or readable, which says nothing about the file.
        return False
    if fault is not None and not check.is_away():
        integrity.record_damage(job.pk, Kind.VIDEO, clip.path, fault)
    return fault is None


def record_release(job: VideoJob) -> None:
    """Record that the provider no longer has this clip."""
    rows = VideoJob.objects.filter(pk=job.pk, status=JobStatus.COMPLETED)
    rows.update(expires_at=timezone.now(), version=F("version") + 1)
    JobEvent.objects.create(job=job, from_status=job.status, to_status=job.status, why=RELEASED)
