"""The ledger: every clip is reserved once and settled or released once, whatever happens."""

from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from tests.gallery_fixtures import client_of, form, mirror_runs  # noqa: F401
from tests.gateway_fixtures import CREATE, caller
from tests.world import World
from videos.billing.check import problems
from videos.billing.missing import book_missing
from videos.jobs.deletion.trash import trash
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.dispatch.waiting import cancel, move
from videos.jobs.send_count import record_restore
from videos.models import AccessToken, CatalogueModel, Charge, JobStatus, VideoJob
from videos.models.append_only import missing_triggers

pytestmark = pytest.mark.database
PRICE = 400_000


@pytest.fixture
def paid(catalogue_model: CatalogueModel) -> CatalogueModel:
    """Ten cents a second."""
    catalogue_model.price_per_second = {"*": "0.10"}
    catalogue_model.save()
    return catalogue_model


def entries() -> list[tuple[str, int, int, str]]:
    """(kind, amount, milliseconds, outcome) in order."""
    rows = Charge.objects.order_by("pk")
    return list(rows.values_list("kind", "amount", "milliseconds", "outcome"))


def committed() -> tuple[int, int]:
    """The plain sums."""
    totals = Charge.objects.aggregate(money=Sum("amount"), video=Sum("milliseconds"))
    return totals["money"] or 0, totals["video"] or 0


def said(*words: str) -> str:
    out = StringIO()
    call_command("ledger", *words, stdout=out, stderr=out)
    return out.getvalue()


def test_a_clip_is_reserved_with_its_row_and_settled_at_the_price_list(
    world: World, paid: CatalogueModel
) -> None:
    job = world.submit()
    assert entries() == [("reserved", PRICE, 4000, "")]
    world.archived(job)
    assert entries()[1:] == [("settled", 0, 0, "completed")]
    assert committed() == (PRICE, 4000) and not problems()


def billed(world: World, status: str, **usage: Any) -> None:
    """The provider answers the create with a job that has ended, and what it cost."""
    world.upstream.settings(statuses=[status])
    world.upstream.script("create", "patch", fields={"usage": usage}, times=None)


@pytest.mark.parametrize(
    ("usage", "left"), [({}, (0, 0)), ({"cost": "0.1"}, (100_000, 4000)), ({"cost": 0}, (0, 4000))]
)
def test_a_failed_clip_costs_what_the_provider_says_and_otherwise_nothing(
    world: World, paid: CatalogueModel, usage: Any, left: tuple[int, int]
) -> None:
    billed(world, "failed", **usage)
    world.until(world.submit(), lambda row: row.status == JobStatus.FAILED)
    assert committed() == left and not problems()


def test_the_provider_s_own_cost_wins(world: World, paid: CatalogueModel) -> None:
    billed(world, "completed", cost=0.25)
    world.archived(world.submit())
    assert entries()[1:] == [("settled", -150_000, 0, "completed")]
    assert Charge.objects.get(is_closing=True).source == "provider"
    assert committed() == (250_000, 4000) and not problems()


def test_a_cost_in_another_currency_is_not_mixed_in(world: World, paid: CatalogueModel) -> None:
    billed(world, "completed", cost=99, currency="CNY")
    world.archived(world.submit())
    assert committed() == (PRICE, 4000)
    assert Charge.objects.get(is_closing=True).source == "price_list"


def test_a_refused_clip_is_released(world: World, paid: CatalogueModel) -> None:
    world.upstream.script("create", status=400, json={"error": {"message": "no", "code": "no"}})
    world.until(world.submit(), lambda row: row.status == JobStatus.FAILED)
    assert entries()[1:] == [("released", -PRICE, -4000, "failed")]
    assert committed() == (0, 0) and not problems()


def test_a_clip_cancelled_before_it_was_sent_is_released(
    world: World, paid: CatalogueModel
) -> None:
    job = world.submit()
    assert cancel(world.maker, job) and not cancel(world.maker, job)
    assert committed() == (0, 0) and len(entries()) == 2 and not problems()


def test_an_unconfirmed_clip_stays_reserved_and_a_given_up_one_counts_as_billed(
    world: World, paid: CatalogueModel
) -> None:
    job = world.submit()
    VideoJob.objects.filter(pk=job.pk).update(
        status=JobStatus.UNSURE, due_at=None, attention="Choose.", sends=1
    )
    job.refresh_from_db()
    assert committed() == (PRICE, 4000) and not problems()
    assert resolve(world.maker, job, "give_up")
    assert committed() == (PRICE, 4000) and not problems()
    assert Charge.objects.get(is_closing=True).source == "assumed"


def test_a_moved_clip_has_the_new_model_s_price(world: World, paid: CatalogueModel) -> None:
    other = CatalogueModel.objects.create(
        provider=paid.provider,
        slug="fine",
        model="fine",
        label="Fine",
        sizes=["1280x720"],
        seconds=["4"],
        price_per_second={"*": "0.50"},
    )
    job = world.submit()
    assert move(world.maker, job, other.slug)
    assert [kind for kind, *_ in entries()] == ["reserved", "released", "reserved"]
    assert committed() == (2_000_000, 4000) and not problems()
    job.refresh_from_db()
    assert cancel(world.maker, job)
    assert committed() == (0, 0) and not problems()


def test_an_unknown_price_counts_seconds_and_no_money(
    world: World, catalogue_model: CatalogueModel
) -> None:
    catalogue_model.price_per_second = {}
    catalogue_model.save()
    world.archived(world.submit())
    assert committed() == (0, 4000) and not problems()
    assert set(Charge.objects.values_list("source", flat=True)) == {"unknown"}


def test_takes_are_charged_one_by_one_and_a_repeated_form_not_again(
    team: SimpleNamespace,
    paid: CatalogueModel,
    mirror_runs: None,  # noqa: F811
) -> None:
    sent = form(takes="3")
    for _ in range(2):
        client_of(team.owner).post("/videos", sent)
    assert committed() == (3 * PRICE, 12_000) and Charge.objects.count() == 3


def _unsure(world: World) -> VideoJob:
    """A clip whose create was cut off, at a provider whose list proves nothing."""
    world.provider.dialect = "litellm"
    world.provider.save()
    world.upstream.script("create", "reset", commit=True)
    return world.until(world.submit(), lambda row: row.attention)


def test_a_clip_that_a_person_sends_again_may_be_billed_twice_and_counts_twice(
    world: World, paid: CatalogueModel
) -> None:
    job = _unsure(world)
    assert committed() == (PRICE, 4000)
    assert resolve(world.maker, job, "again")
    assert committed() == (2 * PRICE, 8000) and not problems()
    world.archived(job)
    assert entries() == [
        ("reserved", PRICE, 4000, ""),
        ("settled", 0, 0, "cancelled"),
        ("reserved", PRICE, 4000, ""),
        ("settled", 0, 0, "completed"),
    ]
    assert list(Charge.objects.values_list("turn", flat=True).order_by("pk")) == [1, 1, 2, 2]
    assert committed() == (2 * PRICE, 8000) and not problems()


def test_a_token_is_named(team: SimpleNamespace, paid: CatalogueModel) -> None:
    answer = caller(team.owner).send("/v1/videos", CREATE)
    assert answer.status_code == 200
    charge = Charge.objects.get()
    assert charge.token_id == AccessToken.objects.get().pk and charge.member_id == team.owner.pk


@pytest.mark.parametrize("trace", ["sent", "unsent", "restored"])
def test_charges_outlive_a_purged_clip(world: World, paid: CatalogueModel, trace: str) -> None:
    job = world.submit()
    if trace == "sent":
        VideoJob.objects.filter(pk=job.pk).update(
            status=JobStatus.UNSURE, first_sent_at=timezone.now(), sends=1
        )
    if trace == "restored":
        record_restore()
    trash(world.maker, VideoJob.objects.all())
    VideoJob.objects.update(purge_at=timezone.now() - timezone.timedelta(hours=1))
    world.round(2)
    assert not VideoJob.objects.exists()
    assert committed() == ((PRICE, 4000) if trace == "sent" else (0, 0)) and not problems()
    closed = Charge.objects.get(is_closing=True)
    assert closed.outcome == ("cancelled" if trace == "unsent" else "purged")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(amount=0),
        lambda rows: rows.delete(),
        lambda rows: connection.cursor().execute("DELETE FROM videos_charge WHERE amount > 0"),
    ],
)
def test_the_database_refuses_to_change_the_ledger(
    team: SimpleNamespace, paid: CatalogueModel, change: Callable[[Any], Any]
) -> None:
    client_of(team.owner).post("/videos", form())
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        change(Charge.objects.filter(pk__gt=0))
    assert committed() == (PRICE, 4000) and missing_triggers() == []


def _row(**fields: Any) -> Charge:
    right = {"kind": "reserved", "source": "price_list", "role": "member", "model": "m"}
    right |= {"public_id": "video_1", "job_id": 1, "booked_at": timezone.now(), "amount": 5}
    return Charge(**right | fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "gift"},
        {"amount": -1},
        {"amount": 10**14},
        {"milliseconds": -1},
        {"kind": "released", "is_closing": True, "outcome": "failed", "amount": 5},
        {"kind": "released", "is_closing": True, "outcome": "failed", "amount": -5},
        {"kind": "released", "is_closing": True, "amount": -5, "estimate": 5},
        {
            "kind": "settled",
            "is_closing": True,
            "outcome": "completed",
            "amount": -6,
            "estimate": 5,
        },
        {"kind": "settled", "outcome": "completed"},
        {"is_closing": True},
        {"currency": ""},
        {"source": "rumour"},
    ],
)
def test_the_database_refuses_entries_that_make_no_sense(db: None, fields: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _row(**fields).save()


def test_the_database_takes_one_reservation_and_one_end_of_a_turn(db: None) -> None:
    _row().save()
    closing = {"is_closing": True, "outcome": "failed", "estimate": 5}
    _row(kind="released", amount=-5, **closing).save()
    for row in (_row(), _row(kind="settled", amount=0, **closing)):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_the_check_names_what_does_not_add_up(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    missing = make_job(price=Decimal("0.4"))
    ended = make_job(price=None)
    _row(job_id=ended.pk, public_id=ended.public_id).save()
    running = make_job(status="queued")
    _row(job_id=running.pk, public_id=running.public_id).save()
    early = {"kind": "settled", "is_closing": True, "outcome": "failed", "amount": 0}
    _row(job_id=running.pk, public_id=running.public_id, estimate=4, **early).save()
    out = StringIO()
    with pytest.raises(CommandError, match="doesn't add up"):
        call_command("ledger", "--check", stderr=out)
    output = out.getvalue()
    assert all(job.public_id in output for job in (missing, ended, running))
    for start in ("Clips without", "Settled or released without", "Still reserved", "although the"):
        assert start in output
    doctor = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", stdout=doctor, no_color=True)
    assert "no  ledger" in doctor.getvalue()


def test_what_is_missing_is_added_from_the_stored_prices(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    make_job(price=Decimal("0.4"), sends=1)
    make_job(price=Decimal("0.4"), status="failed", error_code="refused")
    make_job(price=Decimal("0.4"), status="failed", error_code="lost_at_provider")
    make_job(price=Decimal("0.4"), status="queued", sends=1)
    imported = make_job()
    assert book_missing() == 4 and book_missing() == 0
    assert committed() == (3 * PRICE, 12_000) and not problems()
    assert not Charge.objects.filter(job=imported.pk).exists()
    assert "The ledger adds up: 7 entries." in said("--check")
    assert "committed" in said() and "$1.20" in said()


def test_clips_of_before_get_their_charges_by_the_migration(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    add = import_module("videos.migrations.0024_charges_of_existing_clips").add
    price = Decimal("0.4")
    make_job(price=price)
    make_job(price=None, sends=1)
    make_job(price=price, status="failed", error_code="refused")
    make_job(price=price, status="failed", error_code="lost_at_provider")
    make_job(price=price, status="cancelled")
    make_job(price=price, status="cancelled", first_sent_at=timezone.now())
    make_job(price=price, status="unsure", seconds="odd")
    make_job()
    add(apps, None)
    assert committed() == (4 * PRICE, 16_000) and not problems()
    assert Charge.objects.filter(is_closing=False).count() == 7 and book_missing() == 0
