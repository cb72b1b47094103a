"""How is the result of an experiment written, for people and for a spreadsheet?"""

from dataclasses import dataclass

from django.utils.formats import number_format

from videos.billing.money import amount_text
from videos.review.experiments import Line, Result
from videos.sharing.table import csv_text

NONE = "–"
COLUMNS = ("model", "provider", "seed", "clips", "finished", "failed", "approved")
COUNTS = (*COLUMNS, "votes", "share_percent")
MONEY = ("cost_usd", "usd_per_vote", "usd_per_approved_clip")


@dataclass(frozen=True)
class Shown:
    """One line of the table; the amounts are empty where prices aren't for the member."""

    line: Line
    spend: str
    per_vote: str
    per_approved: str

    @property
    def share_text(self) -> str:
        """The share in percent."""
        return number_format(self.line.share)


def shown(lines: list[Line], *, priced: bool) -> list[Shown]:
    """The lines of a table."""
    return [
        Shown(
            line,
            amount_text(line.spend) if priced else "",
            _amount(line.per_vote) if priced else "",
            _amount(line.per_approved) if priced else "",
        )
        for line in lines
    ]


def csv_of(result: Result, *, priced: bool) -> str:
    """By model and seed where seeds were given, else by model."""
    head = (*COUNTS, *MONEY) if priced else COUNTS
    cells = (_counts(line) + (_money(line) if priced else []) for line in result.finest)
    return csv_text(head, cells)


def _counts(line: Line) -> list[object]:
    named: list[object] = [line.model, line.provider, line.seed]
    return [*named, line.clips, line.finished, line.failed, line.approved, line.votes, line.share]


def _money(line: Line) -> list[object]:
    amounts = (line.spend, line.per_vote, line.per_approved)
    return ["" if amount is None else amount / 1e6 for amount in amounts]


def _amount(micros: int | None) -> str:
    return NONE if micros is None else amount_text(micros)
