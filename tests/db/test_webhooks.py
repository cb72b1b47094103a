"""A webhook makes a row due, once, and can do nothing else to anything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from tests.mirror_process import running_mirror
from tests.patience import wait_until
from tests.webhook_fixtures import deliver, event, everything, listen, row, signed
from tests.world import World
from videos.jobs.sync.webhooks import set_webhook_secret
from videos.models import JobStatus, Provider, VideoJob, WebhookReceipt

pytestmark = pytest.mark.database

MakeJob = Callable[..., VideoJob]
LATER = timedelta(minutes=9)


@pytest.fixture
def running(make_job: MakeJob, provider: Provider) -> VideoJob:
    """A clip under way, to be looked at in nine minutes, at a provider that is listened to."""
    listen(provider)
    return make_job(
        status="in_progress", progress=40, remote_id="video_1", due_at=timezone.now() + LATER
    )


def due(job: VideoJob) -> timedelta:
    """How long until the row is looked at."""
    job.refresh_from_db()
    assert job.due_at is not None
    return job.due_at - timezone.now()


@pytest.mark.parametrize("kind", ["video.completed", "video.failed", "video.something_new"])
def test_a_webhook_makes_its_row_due_and_changes_no_state(running: VideoJob, kind: str) -> None:
    before = row(running)
    response = deliver("engine", event("video_1", kind))
    assert (response.status_code, response.content) == (200, b"OK\n")
    assert due(running) <= timedelta(0)
    assert row(running) == before
    assert "Set-Cookie" not in response.headers and not Session.objects.exists()


def test_the_same_webhook_again_is_200_without_effect(running: VideoJob) -> None:
    body = event("video_1")
    headers = signed(body)
    assert deliver("engine", body, headers).status_code == 200
    VideoJob.objects.update(due_at=timezone.now() + LATER)
    assert deliver("engine", body, headers).status_code == 200
    assert due(running) > timedelta(minutes=8)
    assert deliver("engine", body).status_code == 200
    assert due(running) <= timedelta(0)


def test_one_id_at_two_providers_is_two_webhooks(running: VideoJob, make_job: MakeJob) -> None:
    other = Provider.objects.create(
        name="Other", slug="other", base_url="http://127.0.0.1:9/v1", dialect="openai"
    )
    listen(other)
    job = make_job(
        status="queued", provider=other, remote_id="video_1", due_at=timezone.now() + LATER
    )
    body = event("video_1")
    headers = signed(body)
    deliver("engine", body, headers)
    assert due(job) > timedelta(minutes=8)
    deliver("other", body, headers)
    assert due(job) <= timedelta(0)


@pytest.mark.django_db(transaction=True)
def test_twenty_deliveries_at_once_are_one(running: VideoJob) -> None:
    body = event("video_1")
    headers = signed(body)

    def once(number: int) -> int:
        try:
            return deliver("engine", body, headers).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as senders:
        assert list(senders.map(once, range(20))) == [200] * 20
    assert WebhookReceipt.objects.count() == 1
    assert due(running) <= timedelta(0)


def test_a_webhook_for_an_unknown_job_is_200_and_changes_nothing(running: VideoJob) -> None:
    before = everything()
    for body in (event("video_2"), event(""), event("x" * 5000), event("\u0000"), b'{"data":[]}'):
        assert deliver("engine", body).status_code == 200
    assert everything() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "completed", "remote_id": "video_1", "due_at": None},
        {"status": "failed", "remote_id": "video_1", "due_at": None},
        # Set aside because its step kills its workers.
        {"status": "queued", "remote_id": "video_1", "due_at": None, "attention": "Look."},
        {"status": "unsure", "due_at": None, "attention": "Choose."},
    ],
)
def test_a_row_that_waits_for_nothing_is_left_alone(
    make_job: MakeJob, provider: Provider, fields: dict[str, object]
) -> None:
    listen(provider)
    job = make_job(**fields)
    before = row(job)
    assert deliver("engine", event("video_1")).status_code == 200
    job.refresh_from_db()
    assert job.due_at is None and row(job) == before


@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_within_five_minutes_a_webhook_is_heeded(running: VideoJob, seconds: int) -> None:
    body = event("video_1")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        headers = signed(body, at=timezone.now().timestamp())
        clock.shift(seconds)
        assert deliver("engine", body, headers).status_code == 200
        assert due(running) <= timedelta(0)


@pytest.mark.parametrize("seconds", [-360, -302, 302, 360, 86400])
def test_replayed_later_or_from_the_future_it_is_400(running: VideoJob, seconds: int) -> None:
    body = event("video_1")
    before = everything()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        headers = signed(body, at=timezone.now().timestamp())
        clock.shift(seconds)
        assert deliver("engine", body, headers).status_code == 400
    assert everything() == before


def test_the_database_keeps_a_webhook_once(provider: Provider) -> None:
    WebhookReceipt.objects.create(provider=provider, webhook_id="one")
    with pytest.raises(IntegrityError):
        WebhookReceipt.objects.create(provider=provider, webhook_id="one")


def test_receipts_are_swept_by_age(running: VideoJob, provider: Provider) -> None:
    for days in (8, 6):
        when = timezone.now() - timedelta(days=days)
        WebhookReceipt.objects.create(provider=provider, webhook_id=str(days), received_at=when)
    deliver("engine", event("video_1"))
    left = set(WebhookReceipt.objects.values_list("webhook_id", flat=True))
    assert "8" not in left and "6" in left and len(left) == 2


@pytest.mark.parametrize("slug", ["nobody", "engine"])
def test_an_unknown_provider_or_one_without_a_secret_is_404(
    running: VideoJob, provider: Provider, slug: str
) -> None:
    set_webhook_secret(provider, "")
    before = everything()
    response = deliver(slug, event("video_1"))
    assert (response.status_code, response.content) == (404, b"Not found.\n")
    assert everything() == before


def test_a_secret_that_can_no_longer_be_opened_is_none(running: VideoJob, settings: object) -> None:
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert deliver("engine", event("video_1")).status_code == 404


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_only_post_is_offered(running: VideoJob, method: str) -> None:
    assert getattr(Client(), method)("/webhooks/engine").status_code == 405


def test_known_or_not_costs_few_queries(
    running: VideoJob, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]
        deliver("engine", event("video_2"))
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        deliver("engine", event("video_1"))


# --- beside the mirror ------------------------------------------------------------------------


def test_a_webhook_before_our_save_is_passed_over_and_the_job_is_found(world: World) -> None:
    listen(world.provider)
    job = world.submit()
    with running_mirror(FAILPOINTS="after_post") as mirror:
        wait_until(lambda: mirror.poll() is not None)
    # The provider has it, and says so, while our row does not know its id.
    assert world.upstream.creates == 1
    before = everything()
    assert deliver("engine", event(world.upstream.jobs[0]["id"])).status_code == 200
    assert everything() == before
    VideoJob.objects.update(lease_until=None)
    world.archived(job)
    assert world.upstream.creates == 1


def test_a_webhook_that_comes_too_early_or_lies_ends_nothing(world: World) -> None:
    listen(world.provider)
    world.upstream.settings(polls_queued=6)
    job = world.until(world.submit(), lambda row: row.remote_id)
    for kind in ("video.completed", "video.failed"):
        assert deliver("engine", event(job.remote_id, kind)).status_code == 200
        world.round()
        job.refresh_from_db()
        assert job.status in (JobStatus.QUEUED, JobStatus.IN_PROGRESS)
    world.archived(job)
    assert deliver("engine", event(job.remote_id, "video.failed")).status_code == 200
    world.round()
    job.refresh_from_db()
    assert job.status == JobStatus.COMPLETED and job.error_message == ""


def test_without_any_webhook_polling_comes_to_the_same_end(world: World) -> None:
    listen(world.provider)
    ends = []
    for heard in (True, False):
        job = world.until(world.submit(), lambda row: row.remote_id)
        if heard:
            deliver("engine", event(job.remote_id))
        world.archived(job)
        if heard:
            deliver("engine", event(job.remote_id))
        world.round(2)
        fields = row(job)
        names = ("status", "progress", "attention", "error_message", "sends", "remote_status")
        ends.append(
            [fields[name] for name in names]
            + list(job.events.values_list("to_status", flat=True))
            + [world.asset(job).sha256]
        )
    assert ends[0] == ends[1]
    assert world.upstream.creates == 2


def test_a_webhook_saves_the_wait_for_the_next_look(world: World) -> None:
    listen(world.provider)
    job = world.until(world.submit(), lambda row: row.remote_id)
    VideoJob.objects.update(due_at=timezone.now() + LATER)
    world.mirror.next_slow = 0
    assert world.mirror.round() == 0
    deliver("engine", event(job.remote_id))
    world.mirror.next_slow = 0
    assert world.mirror.round() == 1
    world.mirror.settle()
