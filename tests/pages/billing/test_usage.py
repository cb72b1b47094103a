"""The usage page: what was spent, by whom, on what, and what came of it."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from tests.content import archive
from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.billing.usage_report import Filters, combinations, over_time
from videos.models import (
    Asset,
    AuditEntry,
    CatalogueModel,
    Charge,
    Finding,
    JobStatus,
    Kind,
    Member,
    Project,
    VideoJob,
    ledger,
)
from videos.wire.cost import Cost

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs", "catalogue_model")]


@pytest.fixture
def spend(make_job: Callable[..., VideoJob]) -> Callable[..., VideoJob]:
    """A clip of four seconds for forty cents that has ended, with its charges."""

    def make(*, at: datetime | None = None, cost: int | None = None, **fields: Any) -> VideoJob:
        job = make_job(**{"price": Decimal("0.4")} | fields)
        at = at or timezone.now()
        ledger.reservation(job, at=at).save()
        if job.finished_at:
            reported = None if cost is None else Cost(cost, "USD")
            ledger.close(job, JobStatus.QUEUED, reported)
        return job

    return make


def table(response: Any) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def usage(member: Member, query: str = "", name: str = "") -> Any:
    address = f"/usage/{name}.csv" if name else "/usage"
    return client_of(member).get(f"{address}?{query}")


def test_spend_and_keep_rate_are_shown_by_project_member_model_and_provider(
    team: SimpleNamespace, spend: Callable[..., VideoJob]
) -> None:
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    spend(project=film, verdict="approved")
    spend(project=film, verdict="rejected", cost=500_000)
    spend(maker=team.teammate, status="failed")
    spend(maker=team.teammate, status="queued")
    answer = usage(team.admin)
    page = html_of(answer)
    assert answer.status_code == 200
    for text in ("$1.30", "$0.40 of it reserved", "+$0.10", "$0.50 of it as the provider reports"):
        assert text in page, text
    assert "1 of 2 clips approved" in page and "$0.325" in page
    assert table(usage(team.admin, name="project"))[1:] == [
        ["Film", "2", "0.9", "8.0", "2", "1", "0.225"],
        ["No project", "2", "0.4", "4.0", "0", "0", ""],
    ]
    assert [row[:3] for row in table(usage(team.admin, name="member"))[1:]] == [
        ["Owner", "2", "0.9"],
        ["Teammate", "2", "0.4"],
    ]
    for name, key in (("model", "sketch-1"), ("provider", "Engine")):
        assert table(usage(team.admin, name=name))[1][:3] == [key, "4", "1.3"]


def test_filters_narrow_every_table(
    team: SimpleNamespace, spend: Callable[..., VideoJob], catalogue_model: CatalogueModel
) -> None:
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    old = timezone.now() - timedelta(days=90)
    spend(project=film)
    spend(maker=team.teammate)
    spend(at=old, model="gone-1")
    caches["cards"].clear()
    day = timezone.localdate()
    for query, clips in (
        ("", "2"),
        ("project=film", "1"),
        ("project=-", "1"),
        ("member=teammate", "1"),
        ("provider=engine", "2"),
        ("model=sketch-1", "2"),
        (f"first={day - timedelta(days=120)}", "3"),
        (f"first={day - timedelta(days=120)}&last={day - timedelta(days=60)}", "1"),
    ):
        rows = table(usage(team.admin, query, "provider"))
        assert rows[1][1] == clips, query
    assert "Nothing spent in this period" in html_of(
        usage(team.admin, "last=2020-01-02&first=2020-01-01")
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("first=2026-13-45", "Enter a valid date."),
        ("first=2026-02-02&last=2026-01-01", "The last day is before the first."),
        ("first=0001-01-01", "Choose at most ten years."),
        ("last=9999-12-31", "Choose at most ten years."),
        ("first=9999-12-31&last=9999-12-31", "Choose a day before the year 3000."),
        ("member=nobody", "not one of the available choices"),
        ("project=%00%3Cb%3E", "not one of the available choices"),
        ("model=" + "x" * 3000, "not one of the available choices"),
    ],
)
def test_what_can_t_be_shown_is_said_beside_its_field(
    team: SimpleNamespace, query: str, message: str
) -> None:
    for name in ("", "model"):
        answer = usage(team.admin, query, name)
        assert answer.status_code == 422 and message in html_of(answer)


def test_members_see_their_own_charges_only(
    team: SimpleNamespace, spend: Callable[..., VideoJob]
) -> None:
    spend()
    spend(maker=team.teammate)
    for query in ("", "member=teammate"):
        page = html_of(usage(team.owner, query))
        assert "Teammate" not in page and "$0.80" not in page and "$0.40" in page
        assert table(usage(team.owner, query, "model"))[1][1] == "1"
    assert usage(team.owner, name="member").status_code == 404
    assert usage(team.viewer).status_code == 403
    assert usage(team.admin, name="nothing").status_code == 404


def test_charges_of_a_purged_clip_and_a_deleted_member_still_count(
    team: SimpleNamespace, spend: Callable[..., VideoJob]
) -> None:
    spend(maker=team.teammate).delete()
    team.teammate.delete()
    caches["cards"].clear()
    rows = table(usage(team.admin, name="member"))
    assert rows[1][:3] == ["Deleted member", "1", "0.4"]
    assert Charge.objects.count() == 2


def test_the_claim_list_has_what_was_paid_and_not_delivered(
    team: SimpleNamespace, spend: Callable[..., VideoJob]
) -> None:
    spend(status="failed", cost=400_000, error_message="=cmd|' /C calc'!A0", remote_id="r1")
    spend(status="failed", error_code="lost_at_provider", error_message="Gone", remote_id="r2")
    spend(status="failed", error_message="Refused")
    small = spend(remote_id="r3")
    Finding.objects.create(
        job=small, kind="size", evidence={"requested": "1280x720", "got": "640x360"}
    )
    dismissed = spend(remote_id="r4")
    Finding.objects.create(
        job=dismissed,
        kind="length",
        evidence={"requested": "8", "got": 4},
        dismissed_at=timezone.now(),
        dismissed_by=team.owner,
    )
    free = spend(remote_id="r5", price=Decimal(0))
    Finding.objects.create(job=free, kind="size", evidence={"requested": "a", "got": "b"})
    head, *rows = table(usage(team.admin, name="claims"))
    by_id = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert set(by_id) == {"r1", "r2", "r3"}
    assert by_id["r1"]["got"].startswith("'=") and by_id["r1"]["reported_by_provider"] == "True"
    assert by_id["r2"]["reported_by_provider"] == "False"
    assert (by_id["r3"]["requested"], by_id["r3"]["got"]) == ("1280x720", "640x360")
    assert by_id["r3"]["evidence_frame"] == f"frames/{small.public_id}.webp"
    page = html_of(usage(team.admin))
    assert "Wrong size" in page and "1280×720 → 640×360" in page and "Failed, and billed" in page


def test_a_clip_that_is_wrong_in_two_ways_is_one_claim_with_a_frame_in_the_zip(
    team: SimpleNamespace, spend: Callable[..., VideoJob], settings: Any
) -> None:
    clip = spend(remote_id="r1")
    for kind, requested, got in (("size", "1280x720", "640x360"), ("length", "8", 4)):
        evidence = {"requested": requested, "got": got}
        Finding.objects.create(job=clip, kind=kind, evidence=evidence)
    archive(clip, b"a frame", Path(settings.ARCHIVE_DIR), Kind.THUMBNAIL)
    gone = spend(remote_id="r2")
    Finding.objects.create(job=gone, kind="size", evidence={"requested": "a", "got": "b"})
    head, *rows = table(usage(team.admin, name="claims"))
    by_id = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert len(rows) == 2 and by_id["r1"]["billed_usd"] == "0.4"
    assert set(by_id["r1"]["reason"].split("; ")) == {"size", "length"}
    assert set(by_id["r1"]["got"].split("; ")) == {"640x360", "4"}
    page = html_of(usage(team.admin))
    assert page.count('class="claim"') == 2 and "/usage/claims.zip?" in page
    answer = client_of(team.admin).get("/usage/claims.zip")
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content)
    with ZipFile(io.BytesIO(content)) as bundle:
        name = f"frames/{clip.public_id}.webp"
        assert bundle.namelist() == ["claims.csv", name] and bundle.read(name) == b"a frame"
        assert name in bundle.read("claims.csv").decode("utf-8-sig")
    assert client_of(team.admin).head("/usage/claims.zip")["Content-Length"] == str(len(content))
    assert AuditEntry.objects.filter(action="usage.exported").count() == 2
    assert client_of(team.admin).get("/usage/claims.zip?first=x").status_code == 422


def test_storage_follows_the_filters_and_outcomes_and_storage_come_as_csv(
    team: SimpleNamespace, spend: Callable[..., VideoJob]
) -> None:
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    for size, fields in ((5_000, {"project": film}), (300, {"model": "other"})):
        job = spend(**fields)
        Asset.objects.create(
            job=job, kind="video", path=f"{size}", bytes=size, sha256=f"{size:064d}", width=1,
            height=1, created_at=timezone.now(),
        )  # fmt: skip
    caches["cards"].clear()

    def held(query: str) -> int:
        head, *rows = table(usage(team.admin, query, "storage"))
        assert head == ["day", "bytes_added_and_still_here"]
        return sum(int(row[1]) for row in rows)

    provider = film and VideoJob.objects.first().provider.slug
    queries = ("", "project=film", "project=-", "model=sketch-1", f"provider={provider}")
    assert [held(query) for query in queries] == [5300, 5000, 300, 5000, 5300]
    spend(status="failed", cost=100_000)
    rows = table(usage(team.admin, name="outcomes"))
    assert rows[0] == ["outcome", "source", "clips", "estimated_usd", "billed_usd"]
    assert ["completed", "price_list", "2", "0.8", "0.8"] in rows
    assert ["failed", "provider", "1", "0.4", "0.1"] in rows


def test_names_can_t_become_formulas(team: SimpleNamespace, spend: Callable[..., VideoJob]) -> None:
    evil = Project.objects.create(name="=HYPERLINK(1)", slug="evil", maker=team.owner)
    spend(project=evil)
    caches["cards"].clear()
    assert table(usage(team.admin, name="project"))[1][0] == "'=HYPERLINK(1)"


def test_a_chart_has_a_column_and_a_row_for_each_day_and_for_longer_spans_week_or_month(
    team: SimpleNamespace, spend: Callable[..., VideoJob]
) -> None:
    spend()
    day = timezone.localdate()
    page = html_of(usage(team.admin))
    assert page.count("<rect x=") == 30 and "<title>" in page
    for days, step in ((30, "day"), (100, "week"), (400, "month")):
        lines = over_time(Filters(day - timedelta(days=days), day))
        assert Filters(day - timedelta(days=days), day).step == step
        assert sum(line.spend for line in lines) == 400_000 and lines[-1].spend == 400_000
        assert len({line.key for line in lines}) == len(lines)


def test_a_day_is_one_of_the_team_s_time_zone(
    team: SimpleNamespace, spend: Callable[..., VideoJob], settings: Any
) -> None:
    settings.TIME_ZONE = "America/New_York"
    # Half past eleven in the evening of the 30th there.
    at = datetime.fromisoformat("2026-12-01T04:30:00+00:00")
    spend(at=at)
    november = table(usage(team.admin, "first=2026-11-30&last=2026-11-30", "time"))
    december = table(usage(team.admin, "first=2026-12-01&last=2026-12-01", "time"))
    assert november[1] == ["2026-11-30", "1", "0.4", "4.0"]
    assert december[1] == ["2026-12-01", "0", "0.0", "0.0"]


def test_storage_and_its_growth_are_shown(
    team: SimpleNamespace, spend: Callable[..., VideoJob]
) -> None:
    for days, size in ((90, 3_000_000), (1, 2_000_000)):
        job = spend(at=timezone.now() - timedelta(days=days))
        Asset.objects.create(
            job=job, kind="video", path=f"{days}", bytes=size, sha256=f"{days:064d}", width=1,
            height=1, created_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    page = html_of(usage(team.admin))
    assert "Storage: 4.8" in page and "1.9" in page
    assert "MB of what is still here" in page and "Added, and still here" in page


@pytest.mark.parametrize("count", [1, 25])
def test_the_page_asks_as_many_queries_however_much_there_is(
    team: SimpleNamespace,
    spend: Callable[..., VideoJob],
    count: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(count):
        project = Project.objects.create(name=f"P{number}", slug=f"p{number}", maker=team.owner)
        spend(project=project, model=f"m{number}", status="failed", cost=1)
        job = spend(maker=team.teammate)
        Finding.objects.create(job=job, kind="size", evidence={})
    client = client_of(team.admin)
    client.get("/usage")
    caches["cards"].clear()
    with django_assert_num_queries(13):
        client.get("/usage")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
def test_a_span_is_read_by_its_index(team: SimpleNamespace) -> None:
    day = timezone.localdate()
    for filters, index in (
        (Filters(day, day), "charge_team"),
        (Filters(day, day, 1), "charge_member"),
    ):
        plan = filters.entries().values("model").explain()
        assert f"INDEX {index} " in plan, plan
    assert combinations(Filters(day, day)) == []
