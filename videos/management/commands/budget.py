"""`manage.py budget set --scope team --amount 50 --per month --hard`: budgets from a terminal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.billing.budget_use import BudgetUse, budget_uses
from videos.billing.money import read_amount, read_seconds
from videos.billing.set_budget import (
    Target,
    UnknownScope,
    budgets_of,
    read_target,
    remove_budgets,
    set_budget,
)
from videos.models import Budget
from videos.models.budget import Per, Unit

SCOPES = "team|project:SLUG|role:ROLE|member:NAME|token:NAME"


class Command(BaseCommand):
    """Set, list and remove budgets."""

    help = "Set, list and remove budgets in US dollars or seconds of video."

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand each."""
        commands = parser.add_subparsers(dest="do", required=True)
        setting = commands.add_parser("set", help="set a budget, or change it")
        setting.add_argument("--scope", required=True, metavar=SCOPES)
        what = setting.add_mutually_exclusive_group(required=True)
        what.add_argument("--amount", metavar="X", help="US dollars, such as 12.50")
        what.add_argument("--seconds", metavar="N", help="seconds of video")
        setting.add_argument("--per", required=True, choices=Per.values)
        kind = setting.add_mutually_exclusive_group(required=True)
        kind.add_argument("--hard", action="store_true", help="refuse what would go over it")
        kind.add_argument("--soft", action="store_true", help="only warn, at 80 and 100 percent")
        commands.add_parser("list", help="list the budgets, and what is used of each")
        removing = commands.add_parser("remove", help="remove a budget")
        removing.add_argument("number", nargs="?", type=int, help="its number in the list")
        removing.add_argument("--scope", metavar=SCOPES, help="or all of this scope")
        removing.add_argument("--per", choices=Per.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per budget. Raises CommandError if something is wrong."""
        do = {"set": self._set, "list": self._list, "remove": self._remove}
        do[options["do"]](options)

    def _set(self, options: dict[str, Any]) -> None:
        is_money = options["amount"] is not None
        try:
            limit = read_amount(options["amount"]) if is_money else read_seconds(options["seconds"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        budget = set_budget(
            _target(options["scope"]),
            Per(options["per"]),
            Unit.MONEY if is_money else Unit.SECONDS,
            limit,
            is_hard=options["hard"],
        )
        self._list(options, only=budget.pk)

    def _list(self, options: dict[str, Any], only: int | None = None) -> None:
        rows = Budget.objects.all() if only is None else Budget.objects.filter(pk=only)
        for use in budget_uses(rows):
            self.stdout.write(_line(use))
        if not rows:
            self.stdout.write("There are no budgets.")

    def _remove(self, options: dict[str, Any]) -> None:
        if (options["number"] is None) == (options["scope"] is None):
            raise CommandError("Name the budget's number, or a scope with --scope.")
        if options["scope"] is not None:
            rows = budgets_of(_target(options["scope"]))
        else:
            rows = Budget.objects.filter(pk=options["number"])
        if options["per"]:
            rows = rows.filter(per=options["per"])
        if not (count := remove_budgets(rows)):
            raise CommandError("Budget not found.")
        self.stdout.write(f"Removed: {count}.")


def _target(text: str) -> Target:
    try:
        return read_target(text)
    except UnknownScope as error:
        raise CommandError(str(error)) from error


def _line(use: BudgetUse) -> str:
    budget = use.budget
    kind = "hard" if budget.is_hard else "soft"
    of = f"{use.used_text} of {use.limit_text}"
    return f"{budget.pk:>3}  {budget!s:<40} {kind}  {of} used, {use.left_text} left"
