"""A clip that was not sent can be cancelled or moved; one that is being sent never is."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from tests.gallery_fixtures import client_of
from tests.world import World
from videos.jobs.dispatch.send import _record_intent
from videos.jobs.dispatch.waiting import Reason, cancel, move, other_models, waits_of
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.edit import remove_provider, why_not_removable
from videos.jobs.send_count import Marker, record_restore, write_marker
from videos.models import CatalogueModel, JobStatus, Origin, PauseKind, Provider, VideoJob

pytestmark = pytest.mark.database


@pytest.fixture
def other(db):
    """Another provider with a model that takes the same sizes, and costs money."""
    provider = Provider.objects.create(
        name="Elsewhere",
        slug="elsewhere",
        base_url="http://127.0.0.1:9/v1",
        dialect="openai",
        origin=Origin.ADMIN,
        proved_at=timezone.now(),
    )
    return CatalogueModel.objects.create(
        provider=provider,
        slug="far",
        model="far",
        label="Far",
        sizes=["1280x720"],
        seconds=["4"],
        price_per_second={"*": "0.25"},
    )


def waiting(world, **fields):
    job = world.submit(**fields)
    return VideoJob.objects.select_related("provider").get(pk=job.pk)


def claimed(job):
    """The row as a mirror holds it that is about to send it."""
    (held,) = VideoJob.objects.filter(pk=job.pk).select_related("provider").claim(1)
    return held


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ("0.4", "It can't be stopped at Upstream, and is billed when it finishes."),
        ("0", "It can't be stopped at Upstream."),
    ],
)
@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_running_clip_says_that_it_is_not_stopped_and_still_costs(
    team, make_job, provider, status, price, message
):
    message = message.replace("Upstream", provider.name)
    job, client = make_job(status=status, price=price), client_of(team.owner)
    page = unescape(client.get(job.get_absolute_url()).content.decode())
    assert f">{message}<" in page
    client.post(f"{job.get_absolute_url()}/delete")
    assert f"Moved to the trash. {message}" in unescape(client.get("/").content.decode())
    done = make_job(price=price)
    assert "be stopped at" not in client.get(done.get_absolute_url()).content.decode()


def test_a_waiting_clip_is_cancelled_and_nothing_is_ever_sent(world: World):
    job = waiting(world)
    assert cancel(world.maker, job)
    world.round(3)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED and job.finished_at
    assert not world.upstream.creates
    assert job.events.last().why == "Cancelled before it was sent"


@pytest.mark.parametrize("act", ["cancel", "move"])
def test_a_mirror_that_has_begun_to_send_is_not_disturbed(world: World, other, act):
    job = waiting(world)
    held = claimed(job)
    assert _record_intent(held)
    done = cancel(world.maker, job) if act == "cancel" else move(world.maker, job, "far")
    assert not done
    fresh = VideoJob.objects.get(pk=job.pk)
    assert fresh.is_held() and fresh.lease_token == held.lease_token
    assert (fresh.status, fresh.provider_id) == (JobStatus.SUBMITTING, world.provider.pk)


@pytest.mark.parametrize("act", ["cancel", "move"])
def test_a_mirror_that_holds_the_row_but_has_not_begun_sends_nothing(world: World, other, act):
    job = waiting(world)
    held = claimed(job)
    assert cancel(world.maker, job) if act == "cancel" else move(world.maker, job, "far")
    assert not _record_intent(held)
    world.provider.refresh_from_db()
    assert not world.upstream.creates


@pytest.mark.parametrize(
    "trace",
    [
        {"submit_started_at": timezone.now(), "first_sent_at": timezone.now(), "sends": 1},
        # Sent before and found absent: the provider may show it late.
        {"first_sent_at": timezone.now(), "cleared_at": timezone.now(), "sends": 1},
        {"accepted_without_id": True},
        {"status": JobStatus.UNSURE},
        {"status": JobStatus.QUEUED, "remote_id": "r1"},
    ],
)
def test_what_may_be_at_the_provider_is_neither_cancelled_nor_moved(world: World, other, trace):
    job = waiting(world)
    VideoJob.objects.filter(pk=job.pk).update(**trace)
    for seen in (job, VideoJob.objects.select_related("provider").get(pk=job.pk)):
        assert not cancel(world.maker, seen)
        assert not move(world.maker, seen, "far")


def test_after_a_restored_backup_nothing_is_moved_until_it_was_looked_for(world: World, other):
    job = waiting(world)
    write_marker(Marker("d" * 32, 5))
    with pytest.raises(ValidationFailed, match="restored"):
        move(world.maker, job, "far")
    assert not cancel(world.maker, job)
    record_restore(Marker("d" * 32, 5))
    assert not move(world.maker, job, "far") and not cancel(world.maker, job)
    VideoJob.objects.filter(pk=job.pk).update(cleared_at=timezone.now() + timedelta(minutes=1))
    assert move(world.maker, job, "far")


def test_moving_takes_the_other_models_price_and_waits_there(world: World, other):
    job = waiting(world)
    assert [(catalogue_model.slug, price) for catalogue_model, price in other_models(job)] == [
        ("far", 1)
    ]
    assert move(world.maker, job, "far")
    job.refresh_from_db()
    assert (job.provider, job.model, job.price) == (other.provider, "far", 1)
    assert job.status == JobStatus.SUBMITTING and job.due_at
    assert "Moved to Far" in job.events.last().why


def test_only_models_that_can_make_it_as_asked_are_offered(world: World, other):
    assert not other_models(waiting(world, size="640x360"))
    assert not other_models(waiting(world, seconds="8"))
    with pytest.raises(ValidationFailed):
        move(world.maker, waiting(world, size="640x360"), "far")
    with pytest.raises(ValidationFailed):
        move(world.maker, waiting(world), "no-such-model")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"enabled": False, "turned_off": True}, Reason.OFF),
        ({"proved_at": None}, Reason.UNPROVED),
        ({"paused_at": timezone.now(), "pause_kind": PauseKind.QUOTA}, Reason.PAUSED),
        ({"calls_after": timezone.now() + timedelta(hours=1)}, Reason.PAUSED),
        ({"max_jobs": 1}, Reason.LIMIT),
        ({}, Reason.QUEUE),
    ],
)
def test_a_waiting_clip_knows_why(world: World, make_job, change, reason):
    make_job(status=JobStatus.QUEUED, provider=world.provider)
    first, second = waiting(world), waiting(world)
    Provider.objects.filter(pk=world.provider.pk).update(**change)
    waits = waits_of([first, second])
    assert waits[second.pk].reason == reason
    if reason in (Reason.LIMIT, Reason.QUEUE):
        assert (waits[first.pk].ahead, waits[second.pk].ahead) == (0, 1)


def test_a_provider_that_made_nothing_can_be_deleted_with_what_was_refused(world: World, other):
    job = waiting(world)
    assert move(world.maker, job, "far")
    job = VideoJob.objects.select_related("provider").get(pk=job.pk)
    assert "are waiting" in why_not_removable(other.provider)
    assert cancel(world.maker, job)
    assert not why_not_removable(other.provider)
    remove_provider(other.provider)
    assert not Provider.objects.filter(slug="elsewhere") and not VideoJob.objects.exists()


def test_a_provider_that_may_have_made_a_clip_stays(world: World, other, make_job):
    for fields in (
        {"status": JobStatus.CANCELLED, "first_sent_at": timezone.now()},
        {"status": JobStatus.CANCELLED, "manual_sends": 1},
        {"status": JobStatus.FAILED, "remote_id": "r1"},
        {"status": JobStatus.COMPLETED},
    ):
        job = make_job(provider=other.provider, **fields)
        assert why_not_removable(other.provider), fields
        job.delete()


def test_the_page_offers_to_cancel_and_move_to_those_who_may(world: World, other, team):
    job = waiting(world)
    Provider.objects.filter(pk=world.provider.pk).update(enabled=False, turned_off=True)
    mine = client_of(team.owner).get(job.get_absolute_url()).content.decode()
    assert ">Cancel<" in mine and "Far · Elsewhere · $1.00" in mine
    for member in (team.teammate, team.viewer):
        client = client_of(member)
        page = client.get(job.get_absolute_url()).content.decode()
        assert 'id="waits"' in page and ">Cancel<" not in page and "Another model" not in page
        for act in ("cancel", "move"):
            url = f"{job.get_absolute_url()}/{act}"
            assert client.post(url, {"model": "far"}).status_code == 403
    client = client_of(team.owner)
    client.post(f"{job.get_absolute_url()}/move", {"model": "far"})
    job.refresh_from_db()
    assert job.provider == other.provider
    client.post(f"{job.get_absolute_url()}/cancel")
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_the_page_offers_to_move_up_to_those_who_manage_budgets(world: World, team):
    job = waiting(world)
    address = f"{job.get_absolute_url()}/move-up"
    owner, admin = client_of(team.owner), client_of(team.admin)
    assert "Move up" not in owner.get(job.get_absolute_url()).content.decode()
    assert owner.post(address, {"up": "1"}).status_code == 403
    assert "Move up" in admin.get(job.get_absolute_url()).content.decode()
    admin.post(address, {"up": "1"})
    job.refresh_from_db()
    assert job.moved_up_at
    assert "Move back" in admin.get(job.get_absolute_url()).content.decode()
    admin.post(address)
    job.refresh_from_db()
    assert job.moved_up_at is None
