"""A provider behind real HTTP and a mirror that a test drives by hand."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from tests.upstream.control import Upstream
from videos.jobs.providers.failing_list import forget_failing_lists
from videos.jobs.providers.refusals import forget_verdicts
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit as submit_clip
from videos.mirror import Mirror
from videos.models import (
    Asset,
    CatalogueModel,
    Kind,
    Member,
    Provider,
    RemoteDeletion,
    VideoJob,
    lease,
)
from videos.provider import retry


class World:
    """What a test of the mirror needs: the fake server, its row, and time that can be skipped."""

    def __init__(
        self, upstream: Upstream, provider: Provider, catalogue_model: CatalogueModel, maker: Member
    ) -> None:
        self.upstream, self.provider, self.catalogue_model, self.maker = (
            upstream,
            provider,
            catalogue_model,
            maker,
        )
        self.mirror = Mirror()
        self.keys = 0
        self.seconds = 0.0

    def submit(self, prompt: str = "a paper boat", **fields: Any) -> VideoJob:
        """A job as a member's form makes it."""
        self.keys += 1
        fields = {"model": self.catalogue_model.slug, "size": "1280x720", "seconds": "4"} | fields
        fields.setdefault("key", f"key{self.keys}")
        return submit_clip(self.maker, Submission(prompt=prompt, **fields))

    def round(self, times: int = 1) -> None:
        """Let the mirror go round, with every row due, every pause over, and more time gone by
        than a living holder of a lease may take to renew it."""
        for _ in range(times):
            self.seconds += settings.LEASE_SECONDS
            now = timezone.now()
            VideoJob.objects.filter(due_at__isnull=False).update(due_at=now)
            RemoteDeletion.objects.filter(due_at__isnull=False).update(due_at=now)
            Provider.objects.filter(paused_until__gt=now).update(paused_until=now)
            Provider.objects.update(polls_after=None, calls_after=None)
            self.mirror.next_slow = 0
            self.mirror.round()
            self.mirror.settle()

    def until(
        self, job: VideoJob, done: Callable[[VideoJob], object], rounds: int = 15
    ) -> VideoJob:
        """Go round until `done` says so of the row."""
        for _ in range(rounds):
            self.round()
            job.refresh_from_db()
            if done(job):
                return job
        raise AssertionError(f"{job.status} {job.attention} {job.error_message}")

    def archived(self, job: VideoJob) -> VideoJob:
        """Go round until the clip is here."""
        return self.until(job, lambda row: row.archived_at)

    def asset(self, job: VideoJob, kind: Kind = Kind.VIDEO) -> Asset:
        """The file of the job, as its row knows it."""
        return Asset.objects.get(job=job, kind=kind)


@pytest.fixture
def world(
    transactional_db: None,
    team: SimpleNamespace,
    catalogue_model: CatalogueModel,
    upstream: Upstream,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """The fake server as the one provider, a mirror, and a member who submits."""
    settings.MIRROR_THREADS = 2
    forget_verdicts()
    forget_failing_lists()
    provider = catalogue_model.provider
    provider.base_url, provider.dialect = upstream.base_url, "openai"
    # A killed mirror's create is taken to have ended by then.
    provider.create_timeout_seconds = 10
    provider.save()
    world = World(upstream, provider, catalogue_model, team.owner)
    monkeypatch.setattr(lease, "expired_leases", lease.ExpiredLeases(lambda: world.seconds))
    # Calls are tried again, but not after half a second.
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    yield world
    world.mirror.stop()
    connections.close_all()
