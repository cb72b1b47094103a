"""Budgets: what doesn't fit is refused before anything is sent, from wherever it comes."""

import io
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from tests.db.billing.test_ledger import committed, paid  # noqa: F401
from tests.gallery_fixtures import HTMX, client_of, form, html_of, mirror_runs, picture  # noqa: F401
from tests.gateway_fixtures import CREATE, caller
from tests.world import World
from videos.billing.budget_use import budget_uses, with_use
from videos.billing.check import problems
from videos.billing.periods import end_of
from videos.billing.set_budget import Target, set_budget
from videos.gallery.batch.plan import plan
from videos.gallery.batch.reading import read_lines
from videos.jobs.dispatch.resolve import decide_many, resolve
from videos.jobs.dispatch.waiting import move
from videos.jobs.errors import BudgetExceeded, ValidationFailed
from videos.jobs.submission.quotes import buy, make_quote
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit, submit_all
from videos.jobs.submission.validate import enabled_models
from videos.models import (
    AccessToken,
    Budget,
    CatalogueModel,
    Charge,
    JobEvent,
    Member,
    Project,
    Provider,
    RolePermission,
    VideoJob,
)
from videos.models.budget import Per, Scope, Unit

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs", "paid")]
DOLLAR = 1_000_000
PRICE = 400_000
TEAM = Target(Scope.TEAM)


def money(limit: int, target: Target = TEAM, *, per: Per = Per.ALL, hard: bool = True) -> Budget:
    """A budget in millionths of a dollar."""
    return set_budget(target, per, Unit.MONEY, limit, is_hard=hard)


def submission(**fields: Any) -> Submission:
    """Four seconds for forty cents."""
    right = {"prompt": "a fox", "model": "sketch-1", "size": "1280x720", "seconds": "4"}
    return Submission(**right | {"key": secrets.token_hex(8)} | fields)


def test_what_fits_exactly_is_made_and_the_next_is_refused_with_the_numbers(
    team: SimpleNamespace,
) -> None:
    money(2 * PRICE)
    submit_all(team.owner, [submission(takes=2)])
    with pytest.raises(BudgetExceeded) as refused:
        submit(team.owner, submission())
    message = str(refused.value)
    assert (
        "“Team, in all”" in message and "$0.40" in message and "$0.00 of $0.80 is left" in message
    )
    assert VideoJob.objects.count() == 2 and committed() == (2 * PRICE, 8000)


def test_roles_without_prices_are_refused_and_warned_in_words_without_numbers(
    team: SimpleNamespace,
) -> None:
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    # In one project only: the numbers of a budget cover all of them.
    RolePermission.objects.create(
        role="member", permission="see_prices", project=film, allowed=False
    )
    money(3 * PRICE)
    client, script = client_of(team.owner), caller(team.owner)
    near = form(key="a", takes="3")
    near = html_of(client.post("/videos", near, headers=HTMX))
    assert "100% of the budget" in near and "$" not in near
    refused = html_of(client.post("/videos", form(key="b"), headers=HTMX))
    assert "This would go over the budget “Team, in all”. Ask an admin." in refused
    assert "$" not in refused
    answer = script.send("/v1/videos", CREATE)
    assert answer.status_code == 402 and "$" not in answer.json()["error"]["message"]
    budget_headers = {name for name in answer.headers if name.startswith("X-Budget")}
    assert budget_headers == {"X-Budget-Unit", "X-Budget-Period"}
    models = script.get("/v1/models").json()["data"]
    assert all(each["video"]["price_per_second"] == {} for each in models)
    with pytest.raises(BudgetExceeded, match=r"\$0.00 of \$1.20 is left"):
        submit(team.admin, submission())


def test_an_agent_that_may_not_see_prices_reads_none_when_a_price_changes(
    team: SimpleNamespace,
) -> None:
    caller(team.owner)
    token = AccessToken.objects.get()
    settings = {"model": "sketch-1", "size": "1280x720", "seconds": "4"}
    quotes = [make_quote(token, prompt="a fox", takes=1, **settings) for _ in range(2)]
    CatalogueModel.objects.update(price_per_second={"*": "0.3"})
    with pytest.raises(ValidationFailed, match=r"from \$0.4"):
        buy(token, quotes[0].public_id)
    RolePermission.objects.create(role="member", permission="see_prices", allowed=False)
    token = AccessToken.objects.get()
    with pytest.raises(ValidationFailed, match="The price has changed"):
        buy(token, quotes[1].public_id)


def test_takes_and_batches_are_admitted_whole_or_not_at_all(team: SimpleNamespace) -> None:
    money(3 * PRICE)
    with pytest.raises(BudgetExceeded):
        submit_all(team.owner, [submission(takes=4)])
    with pytest.raises(BudgetExceeded):
        submit_all(
            team.owner, [submission(key="x"), submission(key="x"), submission(key="x", takes=2)]
        )
    assert not VideoJob.objects.exists() and committed() == (0, 0)


def test_a_refused_form_leaves_no_picture_behind(team: SimpleNamespace, settings: Any) -> None:
    money(0)
    Provider.objects.update(dialect="openai")
    with pytest.raises(BudgetExceeded):
        submit(team.owner, submission(reference=picture((1280, 720))))
    assert [path for path in settings.ARCHIVE_DIR.rglob("*") if path.is_file()] == []


def test_a_repeated_form_is_answered_from_its_first_time_whatever_is_left(
    team: SimpleNamespace,
) -> None:
    money(PRICE)
    first = submit(team.owner, submission(key="same"))
    assert submit(team.owner, submission(key="same")) == first


def test_seconds_are_a_budget_of_their_own(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    set_budget(TEAM, Per.ALL, Unit.SECONDS, 10_000, is_hard=True)
    submit_all(team.owner, [submission(takes=2)])
    with pytest.raises(BudgetExceeded, match=r"4 s, and 2 s of 10 s is left"):
        submit(team.owner, submission())
    CatalogueModel.objects.update(price_per_second={})
    with pytest.raises(BudgetExceeded, match="2 s of 10 s is left"):
        submit(team.owner, submission())


@pytest.mark.parametrize("hard", [True, False])
def test_without_a_price_a_hard_budget_of_money_refuses_and_a_soft_one_does_not(
    team: SimpleNamespace, hard: bool
) -> None:
    CatalogueModel.objects.update(price_per_second={})
    money(DOLLAR, hard=hard)
    if hard:
        with pytest.raises(BudgetExceeded, match="The price isn't known"):
            submit(team.owner, submission())
    else:
        submit(team.owner, submission())


def test_what_is_free_is_never_refused(team: SimpleNamespace) -> None:
    CatalogueModel.objects.update(price_per_second={"*": "0"})
    money(0)
    submit(team.owner, submission())


def test_a_soft_budget_refuses_nothing(team: SimpleNamespace) -> None:
    money(PRICE, hard=False)
    for _ in range(3):
        submit(team.owner, submission())
    (use,) = budget_uses(Budget.objects.all())
    assert (use.percent, use.level, use.left) == (300, "over", -2 * PRICE)


def test_each_scope_counts_its_own(team: SimpleNamespace) -> None:
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    token = caller(team.owner) and AccessToken.objects.get()
    for target in (
        Target(Scope.PROJECT, project=film),
        Target(Scope.ROLE, role="admin"),
        Target(Scope.MEMBER, member=team.owner),
        Target(Scope.TOKEN, token=token),
    ):
        money(PRICE, target)
    submit(team.teammate, submission())
    submit(team.teammate, submission())
    submit(team.admin, submission(project="film"))
    for member, fields, message in (
        (team.admin, {}, "Role Admin, in all"),
        (team.teammate, {"project": "film"}, "Project Film, in all"),
    ):
        with pytest.raises(BudgetExceeded, match=message):
            submit(member, submission(**fields))
    submit(team.owner, submission(token=token))
    Budget.objects.filter(scope="member").delete()
    with pytest.raises(BudgetExceeded, match="Token"):
        submit(team.owner, submission(token=token))
    submit(team.owner, submission())


def test_a_batch_over_several_projects_counts_against_each(team: SimpleNamespace) -> None:
    for name in ("film", "spot"):
        project = Project.objects.create(name=name, slug=name, maker=team.owner)
        money(PRICE, Target(Scope.PROJECT, project=project))
    batch = [submission(key="b", project=name) for name in ("film", "spot")]
    with pytest.raises(BudgetExceeded):
        submit_all(team.owner, [*batch, submission(key="b", project="spot")])
    submit_all(team.owner, batch)


def test_money_that_is_released_can_be_spent_again(world: World) -> None:
    money(PRICE)
    world.upstream.script("create", status=400, json={"error": {"message": "no", "code": "no"}})
    job = world.submit()
    with pytest.raises(BudgetExceeded):
        world.submit()
    world.until(job, lambda row: row.status == "failed")
    world.archived(world.submit())
    assert committed()[0] == PRICE and not problems()


def test_a_budget_stops_what_a_person_would_send_again_one_by_one_and_many_at_once(
    world: World,
) -> None:
    world.provider.dialect = "litellm"
    world.provider.save()
    world.upstream.script("create", "reset", commit=True, times=2)
    jobs = [world.until(world.submit(), lambda row: row.attention) for _ in range(2)]
    money(3 * PRICE)
    with pytest.raises(BudgetExceeded):
        decide_many(world.maker, jobs, "again")
    assert VideoJob.objects.filter(status="unsure").count() == 2 and committed()[0] == 2 * PRICE
    again, other = VideoJob.objects.order_by("pk")
    assert resolve(world.maker, again, "again")
    with pytest.raises(BudgetExceeded):
        resolve(world.maker, other, "again")
    world.archived(again)
    assert world.upstream.creates == 3
    assert committed()[0] == 3 * PRICE and not problems()


def test_a_clip_isn_t_moved_to_a_model_that_the_budget_doesn_t_allow(world: World) -> None:
    fine = CatalogueModel.objects.create(
        provider=world.provider, slug="fine", model="fine", label="Fine", sizes=["1280x720"],
        seconds=["4"], price_per_second={"*": "0.50"},
    )  # fmt: skip
    job = world.submit()
    money(2 * DOLLAR - 1)
    with pytest.raises(BudgetExceeded):
        move(world.maker, job, fine.slug)
    job.refresh_from_db()
    assert job.model == "sketch-1" and committed() == (PRICE, 4000)
    money(2 * DOLLAR)
    assert move(world.maker, job, fine.slug) and committed() == (2 * DOLLAR, 4000)


def test_only_an_admin_with_a_reason_goes_over_a_budget_and_that_is_recorded(
    team: SimpleNamespace,
) -> None:
    money(0)
    with pytest.raises(BudgetExceeded):
        submit(team.owner, submission(override="I want it"))
    with pytest.raises(BudgetExceeded):
        submit(team.admin, submission(override="  "))
    submit(team.admin, submission(override="Client pays"))
    assert Charge.objects.get().override == "Client pays"
    assert JobEvent.objects.get().why.endswith("allowed over a budget: Client pays")


def test_a_reason_that_wasn_t_needed_isn_t_recorded(team: SimpleNamespace) -> None:
    submit(team.admin, submission(override="Client pays"))
    assert Charge.objects.get().override == ""


def test_a_script_gets_402_with_the_numbers(team: SimpleNamespace) -> None:
    money(PRICE - 1, per=Per.MONTH)
    answer = caller(team.owner).send("/v1/videos", CREATE)
    error = answer.json()["error"]
    assert answer.status_code == 402 and error["code"] == "budget_exceeded"
    assert error["type"] == "insufficient_quota" and "$0.40" in error["message"]
    assert answer["X-Budget-Requested"] == "0.4" and answer["X-Budget-Left"] == "0.399999"
    assert answer["X-Budget-Unit"] == "USD" and answer["x-should-retry"] == "false"


def test_the_composer_says_it_and_keeps_what_was_typed(team: SimpleNamespace) -> None:
    money(0)
    answer = client_of(team.owner).post("/videos", form(prompt="a rare fox"), headers=HTMX)
    page = html_of(answer)
    assert answer.status_code == 422 and "a rare fox" in page
    assert "It would use $0.40, and $0.00 of $0.00 is left" in page


def test_the_command_line_says_it_and_exits_with_1(team: SimpleNamespace) -> None:
    money(0)
    with pytest.raises(CommandError, match="would go over the budget"):
        call_command("generate", "a fox", user="owner", stdout=io.StringIO())
    call_command("generate", "a fox", user="admin", override="demo", stdout=io.StringIO())


# --- at once ---------------------------------------------------------------------------------


def _browser(member: Member, number: int) -> None:
    client_of(member).post("/videos", form())


def _batch(member: Member, number: int) -> None:
    key = f"b{number}"
    chosen = {"model": "sketch-1", "size": "1280x720", "seconds": "4", "takes": "1"}
    seen = plan(read_lines("a fox"), enabled_models(), chosen, key).fingerprint
    sent = chosen | {"text": "a fox", "key": key, "do": "generate", "seen": seen}
    client_of(member).post("/batch", sent)


def _terminal(member: Member, number: int) -> None:
    with suppress(CommandError):
        call_command("generate", "a fox", user=member.username, stdout=io.StringIO())


def _script(member: Member, number: int) -> None:
    answer = caller(member).send("/v1/videos", CREATE)
    assert answer.status_code in (200, 402)


WAYS: list[Callable[[Member, int], None]] = [_browser, _batch, _terminal, _script]


def at_once(members: list[Member], count: int) -> None:
    """So many requests at the same time, over every way in."""

    def one(number: int) -> None:
        try:
            WAYS[number % len(WAYS)](members[number % len(members)], number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(one, range(count)))


def test_with_money_for_one_fifty_requests_at_once_make_one_provider_call(
    world: World, team: SimpleNamespace
) -> None:
    money(PRICE + 1)
    money(100 * DOLLAR, Target(Scope.MEMBER, member=team.owner))
    at_once([team.owner, team.teammate, team.admin], 50)
    world.round(3)
    assert VideoJob.objects.count() == 1 and world.upstream.creates == 1
    assert committed() == (PRICE, 4000) and not problems()


def test_a_budget_that_changes_meanwhile_is_never_overspent(
    world: World, team: SimpleNamespace
) -> None:
    money(PRICE)

    def raise_it(number: int) -> None:
        try:
            money(number * PRICE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        changes = pool.map(raise_it, [2, 3, 4, 5])
        at_once([team.owner, team.teammate], 20)
        list(changes)
    assert committed()[0] <= 5 * PRICE and not problems()


# --- periods ---------------------------------------------------------------------------------


def test_a_new_period_starts_with_nothing_used_and_a_late_settlement_counts_in_the_old_one(
    world: World, settings: Any
) -> None:
    settings.TIME_ZONE = "America/New_York"
    money(PRICE, per=Per.MONTH)
    with time_machine.travel("2026-12-01T04:59:00+00:00", tick=False):
        job = world.submit()
        with pytest.raises(BudgetExceeded):
            world.submit()
    with time_machine.travel("2026-12-01T05:00:00+00:00", tick=False):
        Charge.objects.filter(job=job.pk).get()
        assert budget_uses(Budget.objects.all())[0].used == 0
        world.submit()
        with pytest.raises(BudgetExceeded):
            world.submit()
    assert end_of(Per.ALL, timezone.now()) is None


# --- rows and queries ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"limit": -1},
        {"limit": 10**14},
        {"currency": "EUR"},
        {"per": "year"},
        {"unit": "hours"},
        {"scope": "role"},
        {"scope": "role", "role": "king"},
        {"scope": "project"},
        {"scope": "team", "role": "admin"},
        {"scope": "planet"},
    ],
)
def test_the_database_refuses_budgets_that_make_no_sense(db: None, fields: Any) -> None:
    right = {"scope": "team", "per": "month", "unit": "money", "limit": 5}
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.create(**right | fields)


def test_a_scope_has_one_budget_for_each_period_and_unit(team: SimpleNamespace) -> None:
    target = Target(Scope.MEMBER, member=team.owner)
    money(1, target)
    money(2, target, hard=False)
    budget = Budget.objects.get()
    assert budget.limit == 2 and not budget.is_hard
    budget.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        budget.save(force_insert=True)


@pytest.mark.parametrize("count", [1, 4])
def test_the_gate_asks_two_queries_however_many_budgets_there_are(
    team: SimpleNamespace, count: int, django_assert_num_queries: Any
) -> None:
    for per in list(Per)[:count]:
        money(DOLLAR, per=per)
    # Those of test_takes, and what is used of the budgets.
    with django_assert_num_queries(10):
        submit(team.owner, submission(key="k"))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
def test_each_budget_s_use_is_read_from_an_index_alone(team: SimpleNamespace) -> None:
    money(DOLLAR)
    plan = with_use(Budget.objects.all(), timezone.now()).explain()
    for name in ("team", "member", "role", "project", "token"):
        assert f"COVERING INDEX charge_{name} " in plan, plan
    assert "SCAN U0" not in plan, plan
