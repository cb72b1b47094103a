"""A mirror that is stopped for longer than its lease, as by a machine that slept, does no harm."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.invariants import hold
from tests.mirror_process import running_mirror
from tests.patience import PATIENCE, wait_until
from tests.webhook_fixtures import deliver, event, listen
from tests.world import World
from videos.archive import store
from videos.jobs.deletion.trash import PURGE_MARGIN, trash
from videos.models import JobStatus, RemoteDeletion, VideoJob

pytestmark = [pytest.mark.slow, pytest.mark.database]

# How long the provider thinks about its answer, in seconds: time enough to fall asleep over it.
THINKS = 1.5


@pytest.fixture(autouse=True)
def quick_provider(world: World) -> None:
    """Each clip is ready at the first look."""
    world.upstream.settings(polls_queued=0, polls_in_progress=0)


@contextmanager
def _asleep_over(world: World, route: str) -> Iterator[Any]:
    """A real mirror, stopped while it waits for the provider's next answer to `route`."""
    before = len(world.upstream.requests(route))
    # With one thread, it takes up nothing else before it is through with that answer.
    with running_mirror(LEASE_SECONDS=1, MIRROR_THREADS=1) as sleeper:
        wait_until(lambda: len(world.upstream.requests(route)) > before)
        sleeper.send_signal(signal.SIGSTOP)
        yield sleeper


def _until(world: World, done: Callable[[], object]) -> None:
    """Let a second mirror go round; leases end in their own time."""
    wait_until(lambda: world.round() or done())


@pytest.mark.parametrize(
    ("dialect", "fault", "how"),
    [
        ("openai", "pass", {"delay": THINKS}),
        # It says nothing, and has made the job when the second mirror has looked for it in vain.
        ("openai", "silence", {"commit_after": THINKS, "seconds": THINKS + 0.5}),
        # It cannot be asked later: only the answer tells that it has the job.
        ("litellm", "pass", {"delay": THINKS}),
    ],
)
def test_a_clip_is_bought_once_by_a_mirror_that_slept_while_it_sent_it(
    world: World, dialect: str, fault: str, how: dict[str, Any]
) -> None:
    world.provider.dialect = dialect
    world.provider.save()
    world.upstream.script("create", fault, **how)
    job = world.submit()

    def taken_over() -> bool:
        job.refresh_from_db()
        return bool(job.remote_id or job.attention)

    with _asleep_over(world, "create") as sleeper:
        _until(world, taken_over)
        sleeper.send_signal(signal.SIGTERM)
        sleeper.send_signal(signal.SIGCONT)
        # It leaves when it is through with the answer.
        assert sleeper.wait(timeout=PATIENCE) == 0
    hold(world)
    world.archived(job)
    hold(world)
    assert (world.upstream.creates, job.sends, job.attention) == (1, 1, "")
    assert job.remote_id == world.upstream.jobs[0]["id"]


@pytest.mark.parametrize(
    ("route", "begins"), [("retrieve", JobStatus.QUEUED), ("content", JobStatus.COMPLETED)]
)
def test_a_clip_purged_while_a_sleeping_mirror_has_it_stays_away(
    world: World, route: str, begins: JobStatus
) -> None:
    listen(world.provider)
    job = world.until(world.submit(), lambda row: row.status == begins)
    world.upstream.script(route, "pass", delay=THINKS)
    mine = VideoJob.objects.filter(pk=job.pk)
    with _asleep_over(world, route) as sleeper:
        trash(world.maker, mine)
        mine.update(purge_at=job.created_at - PURGE_MARGIN)
        _until(world, lambda: not (mine.exists() or RemoteDeletion.objects.exists()))
        assert world.upstream.jobs == [] and not store.folder(job).exists()
        other = world.until(world.submit("another"), lambda row: row.status == JobStatus.COMPLETED)
        sleeper.send_signal(signal.SIGCONT)
        wait_until(lambda: VideoJob.objects.filter(pk=other.pk, archived_at__isnull=False))
    assert deliver(world.provider.slug, event(job.remote_id)).status_code == 200
    world.round(2)
    hold(world)
    assert not mine.exists() and not store.folder(job).exists()
    assert [there["given"]["prompt"] for there in world.upstream.jobs] == [other.prompt]
