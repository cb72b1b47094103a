"""Archived clips for the tests, and what comes back of them."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.upstream.control import Upstream
from videos.models import Asset, Kind, Provider, VideoJob
from videos.provider.client import Client, CreateCall


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


def unarchived_job(upstream: Upstream, make_job: Callable[..., VideoJob], data: bytes) -> VideoJob:
    """A finished clip whose bytes its provider alone has."""
    upstream.settings(clip=data, polls_queued=0, polls_in_progress=0)
    with Client(upstream.base_url) as client:
        remote_video = client.create(CreateCall("a boat"))
        client.retrieve(remote_video.id)
    job = make_job(remote_id=remote_video.id)
    Provider.objects.filter(pk=job.provider_id).update(base_url=upstream.base_url, dialect="openai")
    return job


def body(answer: Any) -> bytes:
    """All bytes of the test client's answer."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
