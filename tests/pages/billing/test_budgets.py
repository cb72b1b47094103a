"""Admins set budgets in the browser, and everybody sees what is left where they spend it."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.gallery_fixtures import HTMX, client_of, form, html_of, mirror_runs  # noqa: F401
from videos.billing.set_budget import Target, set_budget
from videos.gallery.batch.plan import plan
from videos.gallery.batch.reading import read_lines
from videos.gallery.composer.budget_left import forget_budgets
from videos.jobs.submission.validate import enabled_models
from videos.models import (
    AuditEntry,
    Budget,
    CatalogueModel,
    Charge,
    Member,
    Project,
    Provider,
    VideoJob,
)
from videos.models.budget import Per, Scope, Unit

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")
TEAM = Target(Scope.TEAM)
PAGE = "/settings/budgets"
NEW = {"target": "team", "per": "month", "counted": "money", "limit": "50", "kind": "hard"}


@pytest.fixture(autouse=True)
def price(catalogue_model: CatalogueModel) -> None:
    """Forty cents for four seconds."""
    CatalogueModel.objects.update(price_per_second={"*": "0.10"})


def money(limit: int, target: Target = TEAM, per: Per = Per.MONTH, *, hard: bool = True) -> Budget:
    forget_budgets()
    return set_budget(target, per, Unit.MONEY, limit, is_hard=hard)


def batch(**more: str) -> dict[str, str]:
    """A list of two."""
    chosen = {"model": "sketch-1", "size": "1280x720", "seconds": "4", "takes": "1"}
    seen = plan(read_lines("one\ntwo"), enabled_models(), chosen, "k").fingerprint
    sent = {"text": "one\ntwo", "key": "k", "do": "generate", "seen": seen}
    return chosen | sent | more


def test_a_budget_is_created_changed_and_deleted(team: SimpleNamespace) -> None:
    client = client_of(team.admin)
    page = html_of(client.post(PAGE, NEW, follow=True))
    assert (
        "Created the budget “Team, per month”." in page
        and "Team, per month" in page
        and "of $50.00" in page
    )
    budget = Budget.objects.get()
    address = f"{PAGE}/{budget.pk}"
    seen = client.get(address).context["seen"]
    sent = {"limit": "12.5", "kind": "soft", "seen": seen}
    assert "of $12.50" in html_of(client.post(address, sent, follow=True))
    stale = client.post(address, sent | {"limit": "99"})
    assert stale.status_code == 409 and "Someone else changed this budget" in html_of(stale)
    assert 'value="99"' in html_of(stale)
    page = html_of(client.post(f"{address}/delete", follow=True))
    assert "Deleted the budget “Team, per month”." in page
    assert not Budget.objects.exists() and client.get(address).status_code == 404
    assert "It was already deleted." in html_of(client.post(f"{address}/delete", follow=True))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"limit": "-5"}, "Amounts are in US dollars"),
        ({"limit": "5 EUR"}, "Amounts are in US dollars"),
        ({"limit": "<b>5</b>"}, "Amounts are in US dollars"),
        ({"limit": "٣"}, "Amounts are in US dollars"),
        ({"limit": "9" * 13}, "Amounts are in US dollars"),
        ({"limit": "9" * 5000}, "at most 40 characters"),
        ({"limit": "9999999"}, "An amount can be at most $1,000,000."),
        ({"limit": ""}, "This field is required."),
        ({"limit": "1.5s", "counted": "seconds"}, "Enter seconds of video"),
        ({"limit": "99999999", "counted": "seconds"}, "A budget can be at most"),
        ({"counted": "bananas"}, "not one of the available choices"),
        ({"per": "year"}, "not one of the available choices"),
        ({"target": "member:999999"}, "Choose what the budget is for."),
        ({"target": "scope"}, "Choose what the budget is for."),
    ],
)
def test_what_makes_no_sense_is_said_in_the_form_and_nothing_is_lost(
    team: SimpleNamespace, fields: dict[str, str], message: str
) -> None:
    answer = client_of(team.admin).post(PAGE, NEW | fields)
    assert answer.status_code == 422 and message in html_of(answer)
    assert '<option value="month" selected>' in html_of(answer) or "per" in fields
    assert not Budget.objects.exists()


def test_a_second_budget_of_one_kind_is_refused(team: SimpleNamespace) -> None:
    client = client_of(team.admin)
    client.post(PAGE, NEW)
    answer = client.post(PAGE, NEW | {"limit": "7"})
    assert answer.status_code == 422 and "There is already one like this" in html_of(answer)
    assert Budget.objects.get().limit == 50_000_000


def test_every_scope_is_offered_by_name(team: SimpleNamespace) -> None:
    film = Project.objects.create(name="<i>Film</i>", slug="film", maker=team.owner)
    client = client_of(team.admin)
    for target in (f"project:{film.pk}", "role:viewer", f"member:{team.owner.pk}"):
        assert client.post(PAGE, NEW | {"target": target}).status_code == 303
    page = html_of(client.get(PAGE))
    assert "Project &lt;i&gt;Film&lt;/i&gt;, per month" in page
    assert "Role Viewer, per month" in page and "Member Owner, per month" in page


@pytest.mark.parametrize("count", [1, 9])
def test_the_list_asks_as_many_queries_however_many_budgets_there_are(
    team: SimpleNamespace, count: int, django_assert_max_num_queries: Any
) -> None:
    for per in Per:
        for member in Member.objects.all()[:count]:
            money(10**6, Target(Scope.MEMBER, member=member), per)
    client = client_of(team.admin)
    client.get(PAGE)
    with django_assert_max_num_queries(9):
        client.get(PAGE)


def test_the_composer_shows_what_is_left_of_the_tightest_budget(team: SimpleNamespace) -> None:
    client = client_of(team.owner)
    assert "left" not in client.get("/composer/options").context["form"].quote
    money(5_000_000)
    money(1_000_000, Target(Scope.MEMBER, member=team.owner), Per.DAY)
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    money(500_000, Target(Scope.PROJECT, project=film), Per.ALL)
    set_budget(TEAM, Per.WEEK, Unit.SECONDS, 60_000, is_hard=True)
    forget_budgets()
    page = html_of(client.get("/"))
    assert "$0.40 $1.00 left today · 60 s left this week" in page
    options = html_of(client.get("/composer/options", {"model": "sketch-1", "project": "film"}))
    assert "$0.40 $0.50 left · 60 s left this week" in options
    answer = html_of(client.post("/videos", form(), headers=HTMX))
    assert "$0.60 left today · 56 s left this week" in answer


def test_a_soft_budget_warns_once_at_80_and_at_100_percent(team: SimpleNamespace) -> None:
    money(1_000_000, hard=False)
    client, said = client_of(team.owner), []
    for _ in range(4):
        page = html_of(client.post("/videos", form(), headers=HTMX))
        said.append(
            [
                warning
                for warning in ("80% of the budget", "120% of the budget", "160% of the budget")
                if warning in page
            ]
        )
    assert said == [[], ["80% of the budget"], ["120% of the budget"], []]


def test_an_admin_goes_over_a_budget_with_a_reason(team: SimpleNamespace) -> None:
    money(0)
    for member, offered in ((team.owner, False), (team.admin, True)):
        page = html_of(client_of(member).post("/videos", form(), headers=HTMX))
        assert ("Reason to go over the budget" in page) is offered
    answer = client_of(team.admin).post("/videos", form(override="Client pays"), headers=HTMX)
    assert answer.status_code == 200 and Charge.objects.get().override == "Client pays"
    client_of(team.owner).post("/videos", form(override="I want"), headers=HTMX)
    assert VideoJob.objects.count() == 1


def test_an_admin_goes_over_a_budget_in_a_matrix_with_a_reason(team: SimpleNamespace) -> None:
    money(0)
    sent = {"prompt": "a {colour} kite", "values": "colour = red | blue", "models": "sketch-1"}
    sent |= {"size": "640x360", "seconds": "4", "takes": "1", "key": "m1"}
    client = client_of(team.admin)
    for reason in ("", "Client pays"):
        previewed = html_of(client.post("/batch/matrix", sent | {"do": "preview"}))
        match = re.search(r'name="seen" value="(\w+)"', previewed)
        assert match is not None
        pressed = sent | {"do": "generate", "seen": match[1], "override": reason}
        answer = client.post("/batch/matrix", pressed)
        assert ("Reason to go over the budget" in html_of(answer)) is (reason == "")
    assert set(Charge.objects.values_list("override", flat=True)) == {"Client pays"}


@pytest.mark.parametrize("way", ["remix", "edit", "extend", "retry"])
def test_what_is_made_from_a_clip_says_what_is_left_warns_and_can_be_allowed(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], way: str
) -> None:
    budget = money(1_000_000)
    forget_budgets()
    job = make_job(status="failed" if way == "retry" else "completed", price="0.4")
    client, where = client_of(team.admin), job.get_absolute_url()
    assert "$1.00 left" in html_of(client.get(where))
    sent = {"prompt": "a fox", "seconds": "4", "key": "a"}
    for key in ("a", "b"):
        created_page = html_of(client.post(f"{where}/{way}", sent | {"key": key}, follow=True))
    assert "80% of the budget" in created_page
    sent["key"] = "c"
    refused = client.post(f"{where}/{way}", sent)
    page = html_of(refused)
    assert refused.status_code == 422 and "Reason to go over the budget" in page
    assert f'/{way}"' in page and 'value="c"' in page
    assert VideoJob.objects.count() == 3
    assert "Reason to" not in html_of(client_of(team.owner).post(f"{where}/{way}", sent))
    client.post(f"{where}/{way}", sent | {"override": "Client pays"})
    assert VideoJob.objects.count() == 4
    assert Charge.objects.latest("pk").override == "Client pays"
    entry = AuditEntry.objects.get(action="budget.overridden")
    assert entry.after["reason"] == "Client pays"
    fact = f"{budget.pk} (Team, per month), limit 1.00 USD, over by 0.20 USD"
    assert entry.after["budgets"] == [fact]


def test_saving_a_budget_says_what_has_changed(team: SimpleNamespace) -> None:
    budget, client = money(1_000_000), client_of(team.admin)

    def save(limit: str, kind: str) -> str:
        budget.refresh_from_db()
        sent = {"limit": limit, "kind": kind, "seen": budget.changed_at.isoformat()}
        return html_of(client.post(f"{PAGE}/{budget.pk}", sent, follow=True))

    assert "Team, per month. Saved: US dollars." in save("9", "hard")
    assert "Team, per month. Saved: What happens." in save("9", "soft")
    assert "Team, per month. Saved: US dollars, What happens." in save("8", "hard")
    assert "Team, per month. Nothing changed." in save("8", "hard")


def test_a_move_over_a_budget_can_be_allowed(team: SimpleNamespace, provider: Provider) -> None:
    CatalogueModel.objects.create(
        provider=provider, slug="far", model="far", label="Far", sizes=["1280x720"],
        seconds=["4"], price_per_second={"*": "0.5"},
    )  # fmt: skip
    money(1_000_000)
    client = client_of(team.admin)
    client.post("/videos", form())
    job = VideoJob.objects.get()
    where = f"{job.get_absolute_url()}/move"
    page = html_of(client.post(where, {"model": "far"}))
    assert "Reason to go over the budget" in page and 'name="model" value="far"' in page
    client.post(where, {"model": "far", "override": "Client pays"})
    job.refresh_from_db()
    last = Charge.objects.latest("pk")
    assert (job.model, last.amount, last.override) == ("far", 2_000_000, "Client pays")
    assert "Client pays" in job.events.last().why
    assert AuditEntry.objects.get(action="budget.overridden").after["ids"] == [job.public_id]


def test_the_preview_of_a_batch_says_what_is_left(team: SimpleNamespace) -> None:
    money(1_000_000)
    forget_budgets()
    sent = {"text": "a fox", "do": "preview", "key": "k", "model": "sketch-1"}
    assert "$1.00 left" in html_of(client_of(team.owner).post("/batch", sent))


def test_a_batch_over_a_budget_makes_nothing_and_keeps_the_list(team: SimpleNamespace) -> None:
    money(400_000)
    answer = client_of(team.owner).post("/batch", batch())
    page = html_of(answer)
    assert answer.status_code == 422 and "It would use $0.80, and $0.40 of $0.40 is left." in page
    assert "one two" in page and not VideoJob.objects.exists()
    done = client_of(team.admin).post("/batch", batch(override="Client pays"))
    assert done.status_code == 303 and VideoJob.objects.count() == 2
    assert set(Charge.objects.values_list("override", flat=True)) == {"Client pays"}
