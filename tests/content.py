"""Archived clips for the tests, and what comes back of them."""

import hashlib
from pathlib import Path
from typing import Any

from videos.models import Asset, Kind, VideoJob


def archive(job: VideoJob, data: bytes, root: Path, kind: Kind = Kind.VIDEO) -> Asset:
    """Put `data` on disk as this file of the job, with its row."""
    path = Path(job.public_id) / f"{kind}.bin"
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)
    job.archived_at = job.created_at
    job.save(update_fields=["archived_at"])
    return Asset.objects.create(
        job=job,
        kind=kind,
        path=str(path),
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=64,
        height=36,
    )


def body(answer: Any) -> bytes:
    """All bytes of the test client's answer."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
