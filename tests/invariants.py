"""What is true of every row at any moment, whatever was killed: I1 to I5 of a paid job, and that
the ledger has it once."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from tests.world import World
from videos.billing.check import problems
from videos.models import TERMINAL, Asset, JobEvent, VideoJob


def hold(world: World) -> None:
    """Fails at the first row of which one is not true."""
    rows = list(VideoJob.objects.all())
    assert world.upstream.creates <= world.keys, "bought more often than submitted"
    for asset in Asset.objects.exclude(job__purge_at__lte=timezone.now()).select_related("job"):
        # Of a row whose time has come, the files go first.
        assert asset.job.archived_at is None or is_whole(asset), f"{asset.path} is damaged"
    for job in rows:
        done = job.status in TERMINAL and (job.archived_at or job.is_lost or job.error_message)
        assert done or job.due_at or job.attention, f"nobody takes the next step of {job}"
    ends = JobEvent.objects.filter(from_status__in=TERMINAL, who=None)
    assert not ends.exclude(to_status=F("from_status")).exists(), "an end was undone by itself"
    assert [str(problem) for problem in problems()] == [], "the ledger doesn't add up"
    ids = [job.remote_id for job in rows if job.remote_id]
    assert len(ids) == len(set(ids)), "two rows have one clip"


def is_whole(asset: Asset) -> bool:
    """Is the file there, with the size and the hash that its row tells?"""
    path = Path(settings.ARCHIVE_DIR) / asset.path
    data = path.read_bytes() if path.is_file() else b""
    return (len(data), hashlib.sha256(data).hexdigest()) == (asset.bytes, asset.sha256)
