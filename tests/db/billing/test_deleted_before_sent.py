"""A clip that is deleted before it was sent is cancelled, and its price can be spent again."""

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.gallery_fixtures import client_of, form, html_of, mirror_runs  # noqa: F401
from tests.gateway_fixtures import caller
from tests.world import World
from videos.billing.check import problems
from videos.billing.set_budget import Target, set_budget
from videos.gallery.bulk import start as start_module
from videos.jobs.deletion.trash import restore, trash, trash_by_rule
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.dispatch.send import _record_intent
from videos.jobs.send_count import read_marker, record_restore, write_marker
from videos.models import BulkRun, CatalogueModel, Charge, JobStatus, Member, VideoJob
from videos.models.budget import Per, Scope, Unit
from videos.review.bulk import begin as begin_module
from videos.review.bulk.work import due_runs, work

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]
PRICE = 400_000
TEAM = Target(Scope.TEAM)
CANCELLED = "It hadn't been sent, so it was cancelled and costs nothing."
TO_RETRY = "It's cancelled. To generate it after all, use Retry."


@pytest.fixture(autouse=True)
def paid(catalogue_model: CatalogueModel) -> CatalogueModel:
    """Ten cents a second, so one clip costs all that the team may spend."""
    catalogue_model.price_per_second = {"*": "0.10"}
    catalogue_model.save()
    set_budget(TEAM, Per.ALL, Unit.MONEY, PRICE, is_hard=True)
    return catalogue_model


def submitted(client: Client) -> VideoJob | None:
    """The clip that the composer made, if the budget allowed it."""
    before = VideoJob.objects.count()
    client.post("/videos", form())
    return VideoJob.objects.latest("pk") if VideoJob.objects.count() > before else None


def committed() -> int:
    return Charge.objects.aggregate(money=Sum("amount"))["money"] or 0


def page_after(client: Client) -> str:
    return html_of(client.get("/")).replace("&#x27;", "'")


def one(member: Member, client: Client, job: VideoJob) -> None:
    client.post(f"{job.get_absolute_url()}/delete")
    assert f"Moved to the trash. {CANCELLED}" in page_after(client)


def selection(member: Member, client: Client, job: VideoJob) -> None:
    client.post("/delete", {"ids": [job.public_id]})
    assert f"Moved 1 clip to the trash. {CANCELLED}" in page_after(client)


def all_that_match(member: Member, client: Client, job: VideoJob) -> None:
    form = {"all": "1", "query": "", "has_trash": "1", "last": "0"}
    page = html_of(client.post("/delete", form)).replace("&#x27;", "'")
    assert "1 of them hasn't been sent yet. It's cancelled and costs nothing." in page
    client.post("/delete", form | {"confirmed": "1"})
    assert f"Moved 1 clip to the trash. {CANCELLED}" in page_after(client)


def script(member: Member, client: Client, job: VideoJob) -> None:
    assert caller(member).delete(f"/v1/videos/{job.public_id}").status_code == 200


def rule(member: Member, client: Client, job: VideoJob) -> None:
    trash_by_rule(member, VideoJob.objects.filter(pk=job.pk), "A rule")


WAYS: list[Callable[[Member, Client, VideoJob], None]] = [
    one, selection, all_that_match, script, rule,
]  # fmt: skip


@pytest.mark.parametrize("delete", WAYS)
def test_the_budget_is_free_right_after_a_waiting_clip_is_deleted(
    team: SimpleNamespace, delete: Callable[[Member, Client, VideoJob], None]
) -> None:
    client = client_of(team.owner)
    job = submitted(client)
    assert job and submitted(client) is None
    delete(team.owner, client, job)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED and job.is_trashed and job.finished_at
    assert job.due_at is None and job.lease_until is None
    whys = [str(event.why) for event in job.events.order_by("pk")][-2:]
    assert whys[0] == "Cancelled before it was sent" and whys[1] != whys[0]
    assert committed() == 0 and not problems()
    assert submitted(client) is not None


def test_all_that_match_says_it_also_where_the_mirror_does_it(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_module, "CHUNK", 0)
    monkeypatch.setattr(begin_module, "CHUNK", 1)
    client = client_of(team.owner)
    submitted(client)
    make_job()
    form = {"all": "1", "query": "", "has_trash": "1", "last": "0", "confirmed": "1"}
    client.post("/delete", form)
    for run in due_runs(timezone.now()).claim(5):
        work(run)
    run = BulkRun.objects.get()
    message = "1 of them hadn't been sent, so it was cancelled and costs nothing."
    assert message in html_of(client.get(f"/bulk/{run.pk}")).replace("&#x27;", "'")
    assert committed() == 0 and not problems()
    client.post(f"/bulk/{run.pk}/undo")
    undone = BulkRun.objects.get(undoes=run)
    while run := due_runs(timezone.now()).claim(1):
        work(run[0])
    page = html_of(client.get(f"/bulk/{undone.pk}")).replace("&#x27;", "'")
    assert "1 of them is cancelled. To generate it after all, use Retry." in page
    assert VideoJob.objects.live().count() == 2


@pytest.mark.parametrize("way", ["clip", "undo", "trash", "all"])
def test_restoring_says_that_it_stays_cancelled_and_its_page_offers_retry(
    team: SimpleNamespace, way: str
) -> None:
    client = client_of(team.owner)
    job = submitted(client)
    assert job
    client.post("/delete", {"ids": [job.public_id]})
    page_after(client)
    if way == "clip":
        client.post(f"{job.get_absolute_url()}/restore")
    elif way == "undo":
        client.post("/undo")
    elif way == "trash":
        client.post("/cleanup/trash/selected", {"ids": [job.public_id], "do": "restore"})
    else:
        client.post("/cleanup/trash/selected", {"all": "1", "do": "restore"})
    assert TO_RETRY in page_after(client)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED and not job.is_trashed
    page = html_of(client.get(job.get_absolute_url()))
    assert "Cancelled" in page and f'action="{job.get_absolute_url()}/retry"' in page
    assert committed() == 0 and not problems()


def test_a_mirror_that_is_just_sending_a_deleted_clip_sends_it_and_its_price_stays(
    world: World,
) -> None:
    job = world.submit()
    (held,) = VideoJob.objects.filter(pk=job.pk).select_related("provider").claim(1)
    assert _record_intent(held)
    assert trash(world.maker, VideoJob.objects.all()).cancelled == []
    job.refresh_from_db()
    assert job.status == JobStatus.SUBMITTING and job.is_trashed and held.is_held()
    assert committed() == PRICE and not problems()


def test_a_mirror_that_holds_a_deleted_clip_but_has_not_begun_sends_nothing(world: World) -> None:
    job = world.submit()
    (held,) = VideoJob.objects.filter(pk=job.pk).select_related("provider").claim(1)
    assert trash(world.maker, VideoJob.objects.all()).cancelled == [job.pk]
    assert not _record_intent(held)
    restore(world.maker, VideoJob.objects.all())
    world.round(3)
    assert world.upstream.creates == 0 and committed() == 0 and not problems()


@pytest.mark.django_db(transaction=True)
def test_deleting_and_sending_at_once_either_cancels_a_clip_or_sends_it(world: World) -> None:
    set_budget(TEAM, Per.ALL, Unit.MONEY, PRICE * 20, is_hard=True)
    jobs = [world.submit() for _ in range(8)]
    rows = VideoJob.objects.select_related("provider")
    held = [rows.filter(pk=job.pk).claim(1)[0] for job in jobs]
    sent: dict[int, bool] = {}

    def send(job: VideoJob) -> None:
        try:
            sent[job.pk] = _record_intent(job)
        finally:
            connection.close()

    def delete(job: VideoJob) -> None:
        try:
            trash(world.maker, VideoJob.objects.filter(pk=job.pk))
        finally:
            connection.close()

    acts = [threading.Thread(target=act, args=[job]) for job in held for act in (send, delete)]
    for each in acts:
        each.start()
    for each in acts:
        each.join()
    cancelled = VideoJob.objects.filter(status=JobStatus.CANCELLED).count()
    begun = VideoJob.objects.filter(submit_started_at__isnull=False).count()
    assert len(sent) == 8 and begun == sum(sent.values()) and cancelled == 8 - begun
    assert committed() == PRICE * begun and not problems()


@pytest.mark.parametrize("noticed", [False, True])
def test_a_clip_that_may_have_been_sent_before_a_restore_of_the_database_is_not_cancelled(
    world: World, noticed: bool
) -> None:
    job = world.submit()
    if noticed:
        record_restore()
    else:
        write_marker(read_marker()._replace(sends=3))
    moved = trash(world.maker, VideoJob.objects.all())
    assert (moved.count, moved.cancelled) == (1, [])
    job.refresh_from_db()
    assert job.status == JobStatus.SUBMITTING and job.is_trashed and committed() == PRICE


@pytest.mark.parametrize(
    "trace",
    [
        {"first_sent_at": timezone.now(), "cleared_at": timezone.now(), "sends": 1},
        {"accepted_without_id": True},
        {"manual_sends": 1},
        {"status": JobStatus.UNSURE},
    ],
)
def test_a_deleted_clip_that_may_be_at_the_provider_stays_reserved(
    world: World, trace: dict[str, object]
) -> None:
    world.submit()
    VideoJob.objects.update(**trace)
    moved = trash(world.maker, VideoJob.objects.all())
    assert (moved.count, moved.cancelled) == (1, [])
    assert committed() == PRICE and not problems()


def test_a_clip_that_was_sent_again_by_hand_stays_reserved(world: World) -> None:
    set_budget(TEAM, Per.ALL, Unit.MONEY, PRICE * 2, is_hard=True)
    job = world.submit()
    VideoJob.objects.update(status=JobStatus.UNSURE, first_sent_at=timezone.now(), sends=1)
    job.refresh_from_db()
    assert resolve(world.maker, job, "again")
    assert trash(world.maker, VideoJob.objects.all()).cancelled == []
    assert committed() == PRICE * 2 and not problems()


def test_many_waiting_clips_are_deleted_in_as_many_queries_as_two(world: World) -> None:
    set_budget(TEAM, Per.ALL, Unit.MONEY, PRICE * 40, is_hard=True)
    counts = []
    for number in (2, 20):
        keys = [world.submit().pk for _ in range(number)]
        rows = VideoJob.objects.filter(pk__in=keys)
        with CaptureQueriesContext(connection) as queries:
            assert trash(world.maker, rows).cancelled == keys
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_someone_else_s_waiting_clip_is_not_cancelled(team: SimpleNamespace) -> None:
    job = submitted(client_of(team.owner))
    moved = trash(team.teammate, VideoJob.objects.all())
    assert job and (moved.count, moved.cancelled) == (0, []) and committed() == PRICE
