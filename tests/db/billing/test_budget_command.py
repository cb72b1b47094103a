"""Budgets from a terminal."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from videos.models import Budget, Project, Scope
from videos.team import tokens


def budget(*words: str) -> str:
    out = StringIO()
    call_command("budget", *words, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def film(team: SimpleNamespace) -> None:
    """A project, and two tokens of one name."""
    Project.objects.create(name="Film", slug="film", maker=team.owner)
    tokens.issue(team.owner, "nightly", Scope.WRITE)
    tokens.issue(team.owner, "render", Scope.WRITE)
    tokens.issue(team.teammate, "render", Scope.WRITE)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--scope team --amount 50 --per month --hard", "Team, per month"),
        ("--scope project:film --amount $12.50 --per all --soft", "Project Film, in all"),
        ("--scope role:member --seconds 3600 --per day --hard", "Role Member, per day"),
        ("--scope member:owner --amount 0 --per week --hard", "Member Owner, per week"),
        ("--scope token:nightly --amount 1 --per day --hard", "Token nightly"),
        ("--scope token:owner/render --amount 1 --per day --hard", "Token render"),
    ],
)
def test_a_budget_is_set_listed_and_removed(words: str, line: str) -> None:
    assert line in budget("set", *words.split())
    assert line in budget("list") and "left" in budget("list")
    number = str(Budget.objects.get().pk)
    assert "Removed: 1." in budget("remove", number)
    assert budget("list") == "There are no budgets.\n"


def test_setting_again_changes_the_budget() -> None:
    budget("set", "--scope", "team", "--amount", "50", "--per", "month", "--hard")
    budget("set", "--scope", "team", "--amount", "60", "--per", "month", "--soft")
    row = Budget.objects.get()
    assert row.limit == 60_000_000 and not row.is_hard


def test_the_budgets_of_a_scope_are_removed_together() -> None:
    for per in ("day", "month"):
        budget("set", "--scope", "team", "--amount", "50", "--per", per, "--hard")
        budget("set", "--scope", "team", "--seconds", "50", "--per", per, "--hard")
    assert "Removed: 2." in budget("remove", "--scope", "team", "--per", "day")
    assert "Removed: 2." in budget("remove", "--scope", "team")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("set --scope team --amount -5 --per day --hard", "US dollars"),
        ("set --scope team --amount 1e9 --per day --hard", "US dollars"),
        ("set --scope team --amount NaN --per day --hard", "US dollars"),
        ("set --scope team --amount 5EUR --per day --hard", "US dollars"),
        ("set --scope team --amount €5 --per day --hard", "US dollars"),
        ("set --scope team --amount 1,50 --per day --hard", "US dollars"),
        ("set --scope team --amount 99999999999 --per day --hard", "at most"),
        ("set --scope team --seconds -1 --per day --hard", "seconds"),
        ("set --scope team --seconds 999999999 --per day --hard", "at most"),
        ("set --scope team --amount 5 --per year --hard", "invalid choice"),
        ("set --scope team --amount 5 --per day", "required"),
        ("set --scope team --per day --hard", "required"),
        ("set --scope team --amount 5 --seconds 5 --per day --hard", "not allowed with"),
        ("set --scope team --amount 5 --per day --hard --soft", "not allowed with"),
        ("set --scope team:x --amount 5 --per day --hard", "Unknown scope"),
        ("set --scope planet:mars --amount 5 --per day --hard", "Unknown scope"),
        ("set --scope project --amount 5 --per day --hard", "Unknown scope"),
        ("set --scope project:spot --amount 5 --per day --hard", "no project “spot”"),
        ("set --scope role:king --amount 5 --per day --hard", "no role “king”"),
        ("set --scope member:bo --amount 5 --per day --hard", "no member “bo”"),
        ("set --scope token:x --amount 5 --per day --hard", "no token “x”"),
        ("set --scope token:render --amount 5 --per day --hard", "teammate/render"),
        ("remove", "number, or a scope"),
        ("remove 99", "Budget not found"),
        ("remove 99999999999999999999999", "Budget not found"),
        ("remove --scope team", "Budget not found"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(words: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        budget(*words.split())
    assert not Budget.objects.exists()
