"""Answers that come late, lists that tell half the truth, and people who act in between."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from tests.world import World
from videos.jobs.deletion.trash import restore, trash
from videos.jobs.dispatch import search_list
from videos.jobs.dispatch.reconcile import adopt
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.dispatch.send import send
from videos.jobs.remote.record import importable
from videos.models import JobStatus, VideoJob, lease
from videos.provider import transport
from videos.provider.client import Client
from videos.provider.transport import clock
from videos.wire import RemotePage

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def no_grace(settings: Any) -> None:
    """What is not found at once is sent again."""
    settings.SUBMIT_GRACE_SECONDS = 0


def _claimed(status: JobStatus) -> VideoJob:
    """The one row of that status, as a worker holds it."""
    rows = VideoJob.objects.filter(status=status).select_related("provider", "source")
    return rows.claim(1)[0]


def _lease_ends() -> None:
    """As if whoever sends it had been asleep for longer than a create may take."""
    now = timezone.now()
    began = now - timedelta(minutes=10)
    VideoJob.objects.update(lease_until=now - timedelta(seconds=1), submit_started_at=began)


@pytest.fixture(autouse=True)
def nobody_renews(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another mirror may claim an expired lease at once."""
    monkeypatch.setattr(lease, "renewed_within", lambda: 0.0)


# --- a mirror that slept while the provider answered --------------------------------------------


def test_an_unwanted_second_job_becomes_a_visible_clip(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = world.submit()
    VideoJob.objects.update(price="1.20")
    mine, create = _claimed(JobStatus.SUBMITTING), Client.create

    def sleep_before(client: Client, *call: Any) -> Any:
        # Stopped between the last look at the clock and the first byte: nothing can help here.
        monkeypatch.setattr(Client, "create", create)
        _lease_ends()
        world.until(job, lambda row: row.remote_id)
        client._since = None
        return create(client, *call)

    monkeypatch.setattr(Client, "create", sleep_before)
    send(mine)
    assert world.upstream.creates == 2
    second = VideoJob.objects.exclude(pk=job.pk).get()
    assert second.remote_id == world.upstream.jobs[1]["id"]
    assert (second.prompt, second.maker, second.price) == (job.prompt, job.maker, Decimal("1.2"))
    for one, other in ((job, second), (second, job)):
        (event,) = one.events.filter(why__contains="answered late")
        assert str(other) in event.why and event.who is None
    world.archived(second)


def test_who_slept_before_the_first_byte_sends_nothing_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = world.submit()
    mine, create = _claimed(JobStatus.SUBMITTING), Client.create

    def sleep_before(client: Client, *call: Any) -> Any:
        # After the last look at the lease, with the machine suspended.
        monkeypatch.setattr(Client, "create", create)
        _lease_ends()
        world.until(job, lambda row: row.remote_id)
        monkeypatch.setattr(transport, "clock", lambda: clock() + client.timeouts.create)
        return create(client, *call)

    monkeypatch.setattr(Client, "create", sleep_before)
    send(mine)
    monkeypatch.undo()
    world.archived(job)
    assert world.upstream.creates == 1 and VideoJob.objects.count() == 1


def test_what_a_provider_took_after_its_row_was_purged_is_offered_for_import(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = world.submit()
    mine, create = _claimed(JobStatus.SUBMITTING), Client.create

    def purged_before(client: Client, *call: Any) -> Any:
        VideoJob.objects.filter(pk=job.pk).delete()
        return create(client, *call)

    monkeypatch.setattr(Client, "create", purged_before)
    send(mine)
    assert [remote.prompt for remote in importable(world.provider)] == [job.prompt]


def test_what_a_person_decides_stands_against_a_look_that_was_under_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upstream.settings(echo_prompt=False)
    world.upstream.script("create", "reset", commit=True)
    job = world.submit()
    world.until(job, lambda row: row.status == JobStatus.UNSURE)
    unpatched = search_list._look

    def decided_meanwhile(row: VideoJob) -> Any:
        resolve(world.maker, job, "again")
        return unpatched(row)

    VideoJob.objects.update(attention="", due_at=timezone.now())
    with monkeypatch.context() as patched:
        patched.setattr(search_list, "_look", decided_meanwhile)
        adopt(_claimed(JobStatus.UNSURE))
    job.refresh_from_db()
    assert job.status == JobStatus.SUBMITTING and job.due_at is not None and job.attention == ""


def test_a_job_trashed_while_it_waited_for_a_thread_is_not_bought(world: World) -> None:
    job = world.submit()
    mine = _claimed(JobStatus.SUBMITTING)
    trash(world.maker, VideoJob.objects.filter(pk=job.pk))
    send(mine)
    assert world.upstream.creates == 0
    restore(world.maker, VideoJob.objects.filter(pk=job.pk))
    world.round(3)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED and world.upstream.creates == 0


def test_a_job_that_was_claimed_but_not_begun_is_handed_back_at_a_stop(world: World) -> None:
    job = world.submit()
    mine = _claimed(JobStatus.SUBMITTING)
    world.mirror.stopping.set()
    world.mirror._take(send, mine)
    job.refresh_from_db()
    assert (job.lease_token, job.lease_until, job.claims) == ("", None, 0)
    assert world.upstream.creates == 0


# --- lists ---------------------------------------------------------------------------------------


def _listed(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """The provider's pages as `change` makes them of their jobs."""
    read = Client.list_page

    def page(self: Client, *args: Any, **kwargs: Any) -> RemotePage:
        real = read(self, *args, **kwargs)
        return RemotePage(data=change(real.data), has_more=False, last_id=None)

    monkeypatch.setattr(Client, "list_page", page)


def _unanswered(world: World, prompt: str = "a particular boat") -> VideoJob:
    world.upstream.script("create", "reset", commit=True)
    return world.submit(prompt)


def test_a_list_that_begins_with_the_oldest_is_read_to_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.archived(world.submit("an earlier boat"))
    _listed(monkeypatch, lambda data: list(reversed(data)))
    job = world.archived(_unanswered(world))
    assert world.upstream.creates == 2 and job.sends == 1


@pytest.mark.parametrize("hours", [-5, 5, -100_000])
def test_a_provider_whose_clock_is_wrong_is_not_paid_twice(world: World, hours: int) -> None:
    world.upstream.settings(clock_skew=hours * 3600)
    world.archived(world.submit("an earlier boat"))
    job = world.archived(_unanswered(world))
    assert world.upstream.creates == 2 and job.sends == 1


@pytest.mark.parametrize("hours", [-5, -30, -100_000])
def test_the_first_job_of_a_provider_whose_clock_is_late_is_a_persons_to_decide(
    world: World, hours: int
) -> None:
    world.upstream.settings(clock_skew=hours * 3600)
    job = world.until(_unanswered(world), lambda row: row.attention)
    assert job.status == JobStatus.UNSURE and world.upstream.creates == 1
    assert world.upstream.jobs[0]["id"] in job.attention


@pytest.mark.parametrize("seconds", [3600, 30])
def test_a_provider_whose_clock_is_set_back_is_not_paid_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    earlier = world.archived(world.submit("an earlier boat"))

    def set_back(data: list[Any]) -> list[Any]:
        """The jobs since then are older than the earlier one, and stand behind it."""
        since = [each for each in data if each.id != earlier.remote_id]
        older = [_with(each, "created_at", each.created_at - seconds) for each in since]
        return [*(each for each in data if each not in since), *older]

    _listed(monkeypatch, set_back)
    job = world.until(_unanswered(world), lambda row: row.attention or row.archived_at)
    assert job.sends == 1 and world.upstream.creates == 2


@pytest.mark.parametrize(
    ("name", "value"), [("model", "sketch-1-2026-12-08"), ("size", "1280x704"), ("seconds", "5")]
)
def test_a_job_with_the_same_words_but_other_figures_is_not_bought_again(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    _listed(monkeypatch, lambda data: [_with(video, name, value) for video in data])
    job = world.until(_unanswered(world), lambda row: row.attention)
    assert "not the same" in job.attention and world.upstream.creates == 1


def _with(video: Any, name: str, value: str) -> Any:
    return msgspec.structs.replace(video, **{name: value})


def test_a_prompt_that_comes_back_with_other_spaces_is_recognised(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _listed(monkeypatch, lambda data: [_with(v, "prompt", "a  paper\r\nboat ") for v in data])
    job = world.archived(_unanswered(world, "a paper\nboat"))
    assert world.upstream.creates == 1 and job.sends == 1


def test_a_list_too_long_to_read_proves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_list, "MAX_LOOKED_AT", 3)
    others = [world.archived(world.submit(f"boat {number}")) for number in range(4)]
    job = _unanswered(world)
    world.round()
    VideoJob.objects.filter(pk=job.pk).update(known_before=others[0].remote_id)
    # Newer jobs of another program on the same account push ours out of sight.
    _listed(monkeypatch, lambda data: [_with(v, "prompt", "another's") for v in data])
    world.until(job, lambda row: row.attention)
    assert job.status == JobStatus.UNSURE and world.upstream.creates == 5
