"""How are a downloaded clip's pictures drawn and its rows written?"""

import logging

from django.db import transaction
from django.utils import timezone

from videos.archive import store
from videos.archive.errors import LeaseLost
from videos.archive.quality import findings_of, write_findings
from videos.failpoints import failpoint
from videos.frames.inspection import MediaError
from videos.frames.preview import Stills, stills
from videos.frames.quality import Sampler
from videos.models import Asset, Condition, JobEvent, Kind, VideoJob
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)


def record(job: VideoJob, stored: store.StoredClip) -> None:
    """Draw posters and spritesheet, then replace all rows in one transaction.

    Raises LeaseLost if nothing was written.

    The pictures are always drawn here, even if the provider has some: the API doesn't define their
    geometry, and ours take a fifth of a second.
    """
    stored = _settled(job, stored)
    clip = Asset(
        job=job,
        kind=Kind.VIDEO,
        path=stored.path,
        bytes=stored.bytes,
        sha256=stored.sha256,
        **stored.facts,
    )
    sampler = Sampler()
    assets = [clip, *_drawn(job, clip, sampler)]
    findings = findings_of(job, clip, sampler)
    store.make_durable(job)
    failpoint("after_folder_fsync")
    before = list(job.assets.all())
    with transaction.atomic():
        has_lease = job.write_back(
            archived_at=job.archived_at or timezone.now(),
            due_at=None,
            attention=attention_of(clip),
            attempts=0,
            version=job.version + 1,
        )
        if not has_lease:
            # Keep our clip, because the mirror that took over may use it; delete our pictures.
            store.drop(asset.path for asset in assets if asset.kind != Kind.VIDEO)
            raise LeaseLost
        job.assets.all().delete()
        Asset.objects.bulk_create(assets)
        write_findings(job, findings)
        JobEvent.objects.create(
            job=job, from_status=job.status, to_status=job.status, why=_why(job, before, clip)
        )
    _drop_replaced(before)
    store.drop_set_aside(job)


def attention_of(clip: Asset) -> str:
    """The note on a clip that was kept although it isn't known to be intact; empty if it is."""
    if clip.condition == Condition.WHOLE:
        return ""
    if clip.condition == Condition.INCOMPLETE:
        return gettext_noop(
            "Kept as received; it may not play here. It is incomplete: %(reason)s.",
            reason=clip.note,
        )
    return gettext_noop(
        "Kept as received; it may not play here. It can't be checked: %(reason)s.",
        reason=clip.note,
    )


def _drawn(job: VideoJob, clip: Asset, sampler: Sampler) -> list[Asset]:
    """The rows of its pictures, if they can be drawn."""
    if clip.condition != Condition.WHOLE:
        return []
    try:
        pictures = stills(store.absolute(clip.path), sampler)
    except MediaError as error:
        # The clip seems intact; only its pictures couldn't be drawn.
        log.warning("no pictures for %s: %s", job.public_id, error.reason)
        return []
    return _pictures(job, pictures)


def _why(job: VideoJob, before: list[Asset], clip: Asset) -> str:
    """What the history says about it."""
    was = next((asset for asset in before if asset.kind == Kind.VIDEO), None)
    if clip.condition != Condition.WHOLE:
        return attention_of(clip)
    if was is None:
        return gettext_noop("Archived here")
    if was.path == clip.path:
        if not was.container:
            return gettext_noop("Measured")
        if job.archived_at:
            return gettext_noop("Pictures drawn again")
        return gettext_noop("The file is complete again")
    if was.sha256 == clip.sha256:
        return gettext_noop("Archived here again")
    return gettext_noop("Archived here again; the file differs from the first copy")


def _drop_replaced(before: list[Asset]) -> None:
    """Delete files that no row names any more; seeded jobs share files."""
    paths = {asset.path for asset in before}
    used = Asset.objects.filter(path__in=paths).values_list("path", flat=True)
    store.drop(paths - set(used))


def _settled(job: VideoJob, stored: store.StoredClip) -> store.StoredClip:
    """An intact archived clip wins over a different one that the provider sends now."""
    before = Asset.objects.filter(job=job, kind=Kind.VIDEO).first()
    if before is None or before.sha256 == stored.sha256 or before.condition != Condition.WHOLE:
        return stored
    is_kept = store.is_whole(before.path, before.sha256)
    hashes = {"before": before.sha256[:12], "now": stored.sha256[:12]}
    why = gettext_noop(
        "The provider now sends a different clip than was archived (sha256 %(before)s…, now "
        "%(now)s…); ours is gone",
        **hashes,
    )
    if is_kept:
        why = gettext_noop(
            "The provider now sends a different clip than was archived (sha256 %(before)s…, now "
            "%(now)s…); ours is kept",
            **hashes,
        )
    log.warning("%s: %s", job.public_id, why)
    JobEvent.objects.create(job=job, from_status=job.status, to_status=job.status, why=why)
    if not is_kept:
        return stored
    store.drop([stored.path])
    return store.from_asset(before)


def _pictures(job: VideoJob, pictures: Stills) -> list[Asset]:
    files = (
        (Kind.THUMBNAIL, pictures.poster, pictures.poster_size),
        (Kind.SMALL, pictures.small, pictures.small_size),
        (Kind.SPRITESHEET, pictures.sheet, pictures.sheet_size),
    )
    return [
        Asset(
            job=job,
            kind=kind,
            path=store.write_still(job, kind, data),
            bytes=len(data),
            sha256=store.digest(data),
            width=width,
            height=height,
        )
        for kind, data, (width, height) in files
    ]
