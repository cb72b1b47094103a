"""What does the usage page say? The sums of the ledger, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from videos.billing.money import amount_text, seconds_text
from videos.billing.usage_report import (
    BLIND,
    Filters,
    Line,
    OutcomeTotals,
    combinations,
    fold,
    outcome_totals,
    over_time,
    storage,
)
from videos.gallery.billing.charts import Chart, columns
from videos.gallery.clips.choices import Choice, choices
from videos.models import Outcome, Source

FORMATS = {"day": "j M", "week": "j M", "month": "M Y"}


@dataclass(frozen=True)
class Row:
    """One line of a table, for people; `share` is its part of the highest, in percent."""

    name: str
    clips: str
    spend: str
    share: int
    video: str
    approval_rate: str
    per_approved_second: str


@dataclass(frozen=True)
class Breakdown:
    """A table by one thing."""

    key: str
    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Report:
    """Everything on the page."""

    facts: list[tuple[str, str, str]]
    spend: Chart
    breakdowns: list[Breakdown]
    outcomes: list[tuple[str, str, str, str]]
    # None while nothing is held.
    storage: Chart | None
    is_empty: bool


def report(filters: Filters, *, sees_all: bool) -> Report:
    """Read the sums and put them into words."""
    rows = combinations(filters)
    total = next(iter(fold(rows, lambda row: None)), Line())
    ended = outcome_totals(filters)
    shown = [each for each in DIMENSIONS if sees_all or each != "member"]
    return Report(
        facts=_facts(total, ended),
        spend=_spend_chart(filters),
        breakdowns=[breakdown(key, rows) for key in shown],
        outcomes=_outcomes(ended, total),
        storage=_storage_chart(filters),
        is_empty=not rows,
    )


def _named(kind: str, gone: str, none: str = "") -> Callable[[Any], str]:
    names: dict[int, str] = {
        row.pk: row.label for row in getattr(choices(), kind) if isinstance(row, Choice)
    }
    return lambda pk: names.get(pk, gone) if pk is not None else none or gone


def breakdown(key: str, rows: list[dict[str, Any]]) -> Breakdown:
    """The table by member, project, provider or model."""
    title, name_of = DIMENSIONS[key]()
    lines = fold(rows, lambda row: row[key])
    top = max([line.spend for line in lines], default=0)
    return Breakdown(key, title, [_row(name_of(line.key), line, top) for line in lines])


# What a table is by → its title, and the name of a key.
DIMENSIONS: dict[str, Callable[[], tuple[str, Callable[[Any], str]]]] = {
    "project": lambda: (_("Projects"), _named("projects", _("Deleted project"), _("No project"))),
    "member": lambda: (_("Members"), _named("people", _("Deleted member"))),
    "model": lambda: (_("Models"), _or_blind(lambda model: str(model) or _("Unknown"))),
    "provider": lambda: (_("Providers"), _or_blind(_named("providers", _("Deleted provider")))),
}


def _or_blind(name_of: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda key: _("In open votes") if key == BLIND else name_of(key)


def _row(name: str, line: Line, top: int) -> Row:
    return Row(
        name=name,
        clips=number_format(line.clips, force_grouping=True),
        spend=amount_text(line.spend),
        share=round(100 * max(line.spend, 0) / top) if top else 0,
        video=seconds_text(line.video),
        approval_rate="–" if line.approval_rate is None else _percent(line.approval_rate),
        per_approved_second=_per_second(line),
    )


def _percent(value: int) -> str:
    return _("%(percent)d %%") % {"percent": value}


def _per_second(line: Line) -> str:
    return "–" if line.per_approved_second is None else amount_text(line.per_approved_second)


def _facts(total: Line, ended: list[OutcomeTotals]) -> list[tuple[str, str, str]]:
    """(name, value, note) of the figures at the top."""
    settled = [each for each in ended if each.outcome == Outcome.COMPLETED]
    estimate = sum(each.estimate for each in settled)
    billed = sum(each.billed for each in settled)
    waiting = total.spend - sum(each.billed for each in ended)
    certain = sum(each.billed for each in settled if each.source == Source.PROVIDER)
    sign = "+" if billed > estimate else ""
    approved = _("%(approved)d of %(finished)d clips approved") % {
        "approved": total.approved,
        "finished": total.finished,
    }
    return [
        (_("Spent"), amount_text(total.spend), _with(_("%(amount)s of it reserved"), waiting)),
        (
            _("Settled"),
            amount_text(billed),
            _with(_("%(amount)s of it as the provider reports"), certain),
        ),
        (
            _("Difference"),
            f"{sign}{amount_text(billed - estimate)}",
            _with(_("against %(amount)s by the price list"), estimate),
        ),
        (_("Per approved second"), _per_second(total), approved),
        (_("Video"), seconds_text(total.video), _("%(count)d clips") % {"count": total.clips}),
    ]


def _with(text: str, micros: int) -> str:
    return text % {"amount": amount_text(micros)}


def _outcomes(ended: list[OutcomeTotals], total: Line) -> list[tuple[str, str, str, str]]:
    """(outcome, clips, estimated, billed)."""
    rows = []
    for outcome in (Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELLED, Outcome.PURGED):
        same = [each for each in ended if each.outcome == outcome]
        if same:
            rows.append((str(outcome.label), *_sums(same)))
    waiting = total.clips - sum(each.clips for each in ended)
    if waiting:
        reserved = amount_text(total.spend - sum(each.billed for each in ended))
        rows.append((str(Outcome.OPEN.label), str(waiting), reserved, "–"))
    return rows


def _sums(same: list[OutcomeTotals]) -> tuple[str, str, str]:
    return (
        number_format(sum(each.clips for each in same), force_grouping=True),
        amount_text(sum(each.estimate for each in same)),
        amount_text(sum(each.billed for each in same)),
    )


def _label(day: date, step: str) -> str:
    return date_format(day, FORMATS[step])


def _spend_chart(filters: Filters) -> Chart:
    lines = over_time(filters)
    values = [line.spend for line in lines]
    cells = [[amount_text(line.spend), str(line.clips), seconds_text(line.video)] for line in lines]
    labels = [_label(line.key, filters.step) for line in lines]
    top = amount_text(max([0, *values]))
    return Chart(
        title=_("Spend over time"),
        heads=[_when(filters.step), _("Spent"), _("Clips"), _("Video")],
        columns=columns(values, labels, cells),
        top=top,
        summary=_("Spend from %(first)s to %(last)s, at most %(top)s.")
        % {"first": labels[0], "last": labels[-1], "top": top},
    )


def _storage_chart(filters: Filters) -> Chart | None:
    held, grown = storage(filters)
    if not held:
        return None
    values = [size for _day, size in grown]
    labels = [_label(day, filters.step) for day, _size in grown]
    total = filesizeformat(held)
    return Chart(
        title=_("Storage: %(size)s of what is still here") % {"size": total},
        heads=[_when(filters.step), _("Added, and still here")],
        columns=columns(values, labels, [[filesizeformat(size)] for size in values]),
        top=filesizeformat(max([0, *values])),
        summary=_("Storage added from %(first)s to %(last)s, of what is still here.")
        % {"first": labels[0], "last": labels[-1]},
    )


def _when(step: str) -> str:
    return {"day": _("Day"), "week": _("Week of"), "month": _("Month")}[step]
