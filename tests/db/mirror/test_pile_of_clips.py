"""Archiving keeps up with sending: while finished clips wait for a thread, no more are bought."""

from collections.abc import Callable
from threading import Event

from django.utils import timezone

from tests.world import World
from videos.jobs.media.download import fetch
from videos.mirror.lanes import lanes
from videos.models import JobStatus, Provider, VideoJob


def test_a_provider_whose_finished_clips_pile_up_gets_no_new_ones(
    world: World, make_job: Callable[..., VideoJob]
) -> None:
    gate = Event()
    world.mirror.lanes = lanes(lambda job: gate.wait() and None)
    finished = [make_job(due_at=timezone.now()).pk for _ in range(5)]
    waiting = world.submit("wait")
    elsewhere = Provider.objects.get(pk=world.provider.pk)
    elsewhere.pk, elsewhere.slug = None, "elsewhere"
    elsewhere.save()
    other = world.submit("go")
    VideoJob.objects.filter(pk=other.pk).update(provider=elsewhere)
    for _ in range(3):
        world.mirror.next_slow = 0
        world.mirror.round()
    gate.set()
    world.mirror.settle()
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert waiting.sends == 0 and other.sends == 1
    assert world.upstream.creates == 1
    VideoJob.objects.filter(pk__in=finished).update(due_at=None)
    world.mirror.lanes = lanes(lambda job: fetch(job, lambda: True))
    world.until(waiting, lambda row: row.status != JobStatus.SUBMITTING)
    assert waiting.sends == 1
