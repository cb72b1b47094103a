"""Many clips that need a decision are settled with one, and nothing is paid for by accident."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.db.billing.test_budgets import PRICE, money
from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from tests.world import World
from videos.billing.check import problems
from videos.models import AuditAction, AuditEntry, JobEvent, JobStatus, Provider, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs")
MakeJob = Callable[..., VideoJob]
URL = "/unsure/decide"


@pytest.fixture
def waiting(make_job: MakeJob) -> list[VideoJob]:
    """Four of the owner's that wait for a decision; the last is only stuck."""
    fields: dict[str, Any] = {"due_at": None, "attention": "The list can't be read."}
    rows = [make_job(status="unsure", price="0.4", **fields) for _ in range(3)]
    return [*rows, make_job(status="queued", **fields)]


def post(member: Any, **sent: Any) -> Any:
    return client_of(member).post(URL, sent)


def statuses(rows: list[VideoJob]) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.status for row in rows]


def test_the_page_offers_the_choices_for_many_without_javascript(
    team: SimpleNamespace, waiting: list[VideoJob]
) -> None:
    page = client_of(team.owner).get("/unsure").content.decode()
    assert page.count('name="ids"') == len(waiting) and page.count('form="selection"') == 4
    assert f'action="{URL}"' in page and 'name="all"' in page
    # For each that may be looked for, and for many.
    assert page.count('value="look_again"') == len(waiting) + 1


def test_looking_again_is_done_at_once(team: SimpleNamespace, waiting: list[VideoJob]) -> None:
    ids = [row.public_id for row in waiting]
    assert post(team.owner, ids=ids, choice="look_again").status_code == 303
    assert statuses(waiting) == ["unsure"] * 3 + ["queued"]
    assert all(row.due_at is not None for row in waiting)
    # Whoever was asked once is asked again, rather than paying in silence.
    assert [bool(row.attention) for row in waiting] == [True, True, True, False]


@pytest.mark.parametrize(("choice", "after"), [("again", "submitting"), ("give_up", "cancelled")])
def test_what_costs_or_cannot_be_undone_is_asked_first(
    team: SimpleNamespace, waiting: list[VideoJob], choice: str, after: str
) -> None:
    ids = [row.public_id for row in waiting]
    page = post(team.owner, ids=ids, choice=choice)
    assert page.status_code == 200 and statuses(waiting) == ["unsure"] * 3 + ["queued"]
    text = page.content.decode()
    assert "3 clips" in text and text.count('name="ids"') == 3
    assert ("$1.20" in text and "pay twice" in text) is (choice == "again")
    assert post(team.owner, ids=ids, choice=choice, confirmed="1").status_code == 303
    assert statuses(waiting) == [after] * 3 + ["queued"]


def test_all_means_all_that_wait_for_this_member(
    team: SimpleNamespace, waiting: list[VideoJob], make_job: MakeJob
) -> None:
    theirs = make_job(status="unsure", maker=team.teammate, due_at=None, attention="?")
    post(team.owner, all="1", choice="give_up", confirmed="1")
    assert statuses([*waiting, theirs]) == ["cancelled"] * 3 + ["queued", "unsure"]
    post(team.teammate, ids=[waiting[0].public_id], choice="again", confirmed="1")
    assert statuses(waiting)[0] == "cancelled"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"choice": "again", "confirmed": "1"}, "Select some clips first."),
        ({"choice": "burn", "all": "1"}, "Choose what to do."),
    ],
)
def test_a_choice_without_clips_or_sense_changes_nothing(
    team: SimpleNamespace, waiting: list[VideoJob], sent: dict[str, str], message: str
) -> None:
    client = client_of(team.owner)
    page = client.post(URL, sent, follow=True).content.decode()
    assert message in page and statuses(waiting) == ["unsure"] * 3 + ["queued"]


def test_looking_again_after_a_maintenance_finds_what_was_bought(world: World) -> None:
    world.upstream.script("create", "html", commit=True)
    job = world.submit()
    world.round()
    VideoJob.objects.update(due_at=None, attention="The list can't be read. Choose what to do.")
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE
    post(world.maker, all="1", choice="look_again")
    world.archived(job)
    assert world.upstream.creates == 1 and job.attention == ""


def test_what_is_not_found_again_comes_back_to_the_person(world: World, settings: Any) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    world.upstream.script("create", "html", commit=False)
    job = world.submit()
    world.mirror.round()
    world.mirror.settle()
    VideoJob.objects.update(due_at=None, attention="The list can't be read. Choose what to do.")
    post(world.maker, all="1", choice="look_again")
    world.round(3)
    job.refresh_from_db()
    assert (job.status, job.due_at) == (JobStatus.UNSURE, None)
    assert "We searched again and didn't find it." in job.attention
    assert Provider.objects.get().pause_kind == "" and world.upstream.creates == 0


@pytest.fixture
def over_budget(world: World) -> list[VideoJob]:
    """Two clips that a member made, unconfirmed; the budget allows no other send."""
    world.catalogue_model.price_per_second = {"*": "0.10"}
    world.catalogue_model.save()
    world.provider.dialect = "litellm"
    world.provider.save()
    world.upstream.script("create", "reset", commit=True, times=2)
    jobs = [world.until(world.submit(), lambda row: row.attention) for _ in range(2)]
    money(2 * PRICE)
    return jobs


def test_an_admin_sends_many_again_over_a_budget_with_a_reason(
    team: SimpleNamespace, over_budget: list[VideoJob]
) -> None:
    sent = {"ids": [job.public_id for job in over_budget], "choice": "again", "confirmed": "1"}
    page = post(team.admin, **sent)
    assert page.status_code == 422 and 'name="override"' in page.content.decode()
    assert statuses(over_budget) == ["unsure"] * 2
    refused = client_of(team.owner).post(URL, sent | {"override": "I want"}, follow=True)
    assert "go over the budget" in html_of(refused) and statuses(over_budget) == ["unsure"] * 2
    assert post(team.admin, **sent, override="Client pays").status_code == 303
    assert statuses(over_budget) == ["submitting"] * 2
    assert_allowed(over_budget)


def test_an_admin_sends_one_again_over_a_budget_with_a_reason(
    team: SimpleNamespace, over_budget: list[VideoJob]
) -> None:
    job, other = over_budget
    for back, at in (("", job), ("unsure", other)):
        url, sent = f"/videos/{at.public_id}/resolve", {"choice": "again", "back": back}
        for member, may in ((team.owner, False), (team.admin, True)):
            page = client_of(member).post(url, sent, headers=HTMX)
            assert page.status_code == 422 and "go over the budget" in html_of(page)
            assert ('name="override"' in html_of(page)) is may
        client_of(team.owner).post(url, sent | {"override": "I want"}, headers=HTMX)
        assert statuses([at]) == ["unsure"]
        client_of(team.admin).post(url, sent | {"override": "Client pays"}, headers=HTMX)
        assert statuses([at]) == ["submitting"]
    assert_allowed(over_budget)


def assert_allowed(jobs: list[VideoJob]) -> None:
    """The reason stands in the ledger, in the audit log, and in each clip's history."""
    for job in jobs:
        assert job.charges.order_by("-pk")[0].override == "Client pays"
        why = JobEvent.objects.filter(job=job).latest("pk").why
        assert why.endswith("allowed over a budget: Client pays")
    entries = AuditEntry.objects.filter(action=AuditAction.BUDGET_OVERRIDDEN)
    assert entries.count() == len(jobs) and not problems()
