"""Which clips were archived before there were small posters? The mirror draws them."""

import logging
import secrets

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from videos.archive import check, store
from videos.archive.errors import DiskFull
from videos.frames.preview import small_of
from videos.models import Asset, Kind, VideoJob

log = logging.getLogger(__name__)

# How many are drawn at once; each takes some ten milliseconds.
AT_ONCE = 20


def draw_small_posters(before: int | None = None) -> int | None:
    """Draw some that are missing, of the newest clips first; returns where the next ones begin, or
    None if there are no more.

    A poster that can't be read is passed over: the check of the archive finds it.
    """
    if check.is_away():
        return None
    small = Asset.objects.filter(job=OuterRef("job"), kind=Kind.SMALL)
    rows = Asset.objects.filter(~Exists(small), kind=Kind.THUMBNAIL, job__archived_at__isnull=False)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    posters = list(rows.select_related("job").order_by("-pk")[:AT_ONCE])
    for poster in posters:
        try:
            _draw(poster)
        except (OSError, DiskFull) as error:
            log.warning("no small poster for %s: %s", poster.job.public_id, error)
    return posters[-1].pk if len(posters) == AT_ONCE else None


def _draw(poster: Asset) -> None:
    data, (width, height) = small_of(store.absolute(poster.path))
    job = poster.job
    # Names the file alone; no lease is taken, so that the clip can be fetched or deleted.
    job.lease_token = secrets.token_hex(16)
    path = store.write_still(job, Kind.SMALL, data)
    store.make_durable(job)
    small = Asset(
        job=job,
        kind=Kind.SMALL,
        path=path,
        bytes=len(data),
        sha256=store.digest(data),
        width=width,
        height=height,
    )
    try:
        with transaction.atomic():
            # Whoever draws all pictures again, or deletes the clip, changes its row first.
            held = VideoJob.objects.filter(pk=job.pk, lease_token="").select_for_update()
            still = Asset.objects.filter(pk=poster.pk, sha256=poster.sha256)
            if held.first() is not None and still.exists():
                small.save()
    except IntegrityError:
        # Another mirror was faster.
        log.debug("%s has a small poster already", job.public_id)
    if small.pk is None or not Asset.objects.filter(pk=small.pk).exists():
        store.drop([path])
