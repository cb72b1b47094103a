"""What would be made of this list, row by row, and what would it cost?"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.gallery.batch.reading import Line
from videos.gallery.composer.forms import read_takes, size_label
from videos.gallery.shell.numbers import counted, dollars
from videos.jobs.submission.experiments import for_a_vote, unfit_for_a_vote
from videos.jobs.submission.extra_fields import EXTRA_NAMES, label_extra
from videos.jobs.submission.request import MAX_CLIPS, Submission
from videos.jobs.submission.validate import Checked, check
from videos.models import Action, CatalogueModel, Member, Origin
from videos.models.policies import may_everywhere
from videos.wire.text import gettext_noop

VIA = gettext_noop("Submitted as one of many, in the browser")


@dataclass(frozen=True)
class Row:
    """One line of the preview."""

    number: int
    prompt: str
    details: list[str]
    price: str
    problems: list[str]


@dataclass(frozen=True)
class Plan:
    """All of the list. `fingerprint` changes with what would be generated and with its price;
    `problem` is about the whole."""

    rows: list[Row]
    submissions: list[Submission]
    clips: int
    price: str
    fingerprint: str
    problem: str = ""

    def for_member(self, member: Member) -> "Plan":
        """The same, without prices if `member` may not see them."""
        if may_everywhere(member, Action.SEE_PRICES):
            return self
        return replace(self, price="", rows=[replace(row, price="") for row in self.rows])

    @property
    def wrong(self) -> list[Row]:
        """The rows that cannot be made."""
        return [row for row in self.rows if row.problems]

    @property
    def is_ready(self) -> bool:
        """May it be generated as it stands?"""
        return bool(self.rows) and not self.wrong and not self.problem


def plan(
    lines: Sequence[Line],
    models: Sequence[CatalogueModel],
    defaults: Mapping[str, str],
    key: str,
    question: str = "",
) -> Plan:
    """Check every row against the catalogue, and whether all can be voted on if there is a
    question. Writes nothing."""
    submissions = [_submission(line, models, defaults, key) for line in lines]
    checked_lines = list(zip(lines, submissions, check(submissions), strict=True))
    clips = sum(each.takes for each in submissions)
    problem = ""
    if clips > MAX_CLIPS:
        problem = _("These are %(count)s clips. You can make at most %(most)s at once.")
        problem %= {"count": clips, "most": MAX_CLIPS}
    if question:
        submissions = for_a_vote(submissions, question)
        problem = problem or next(iter(unfit_for_a_vote(submissions).values()), "")
    return Plan(
        rows=[_row(*each) for each in checked_lines],
        submissions=submissions,
        clips=clips,
        price=_total(checked_lines),
        fingerprint=_fingerprint(checked_lines),
        problem=problem,
    )


def _submission(
    line: Line, models: Sequence[CatalogueModel], defaults: Mapping[str, str], key: str
) -> Submission:
    cells = line.cells
    model = _catalogue_model(cells.get("model", "") or defaults.get("model", ""), models)
    size = cells.get("size", "").lower().replace("×", "x").replace(" ", "")
    seconds = cells.get("seconds", "").lower().removesuffix("s").strip()
    return Submission(
        prompt=cells.get("prompt", ""),
        model=model.slug if model else cells.get("model", ""),
        size=size or _default(defaults.get("size", ""), model.sizes if model else []),
        seconds=seconds or _default(defaults.get("seconds", ""), model.seconds if model else []),
        takes=read_takes(cells.get("takes", "") or defaults.get("takes", "")),
        extra={name: cells[name] for name in EXTRA_NAMES if name in cells},
        project=defaults.get("project", ""),
        key=key,
        via=VIA,
    )


def _catalogue_model(name: str, models: Sequence[CatalogueModel]) -> CatalogueModel | None:
    """By its name for scripts, or by the one that people read."""
    exact = (model for model in models if model.slug == name)
    alike = (o for o in models if name.casefold() in (o.slug.casefold(), o.label.casefold()))
    return next(exact, None) or next(alike, None)


def _default(value: str, offered: list[str]) -> str:
    """What the row's own model offers wins: a default may belong to another one."""
    return value if value in offered or not offered else offered[0]


CheckedLine = tuple[Line, Submission, Checked]


def _row(line: Line, submission: Submission, checked: Checked) -> Row:
    problems = [line.problem] if line.problem else list(checked.errors.values())
    details = [
        checked.model.label if checked.model else submission.model,
        size_label(submission.size),
    ]
    details.append(_("%(seconds)s s") % {"seconds": submission.seconds})
    if submission.takes > 1:
        text = ngettext("%(count)s take", "%(count)s takes", submission.takes)
        details.append(counted(text, submission.takes))
    details += [f"{label} {value}" for label, value in label_extra(checked.extra)]
    return Row(
        line.number,
        submission.prompt,
        details,
        "" if problems else _price(submission, checked),
        problems,
    )


def _price(submission: Submission, checked: Checked) -> str:
    """Shorter than the composer's: the one price of everything says where it is free, and why."""
    if checked.price is None:
        return _("Unknown")
    if checked.price == 0:
        return _("Free")
    each = dollars(checked.price)
    return (
        each
        if submission.takes == 1
        else f"{submission.takes} × {each} = {dollars(submission.takes * checked.price)}"
    )


def _total(lines: Sequence[CheckedLine]) -> str:
    """The one price of everything that can be made."""
    good = [
        (submission.takes, checked)
        for line, submission, checked in lines
        if not (checked.errors or line.problem)
    ]
    prices = [takes * checked.price for takes, checked in good if checked.price is not None]
    unknown = sum(takes for takes, checked in good if checked.price is None)
    if not prices:
        return _("Price unknown") if unknown else ""
    total = sum(prices, Decimal())
    if total == 0 and not unknown:
        origins = {checked.model.provider.origin for _, checked in good if checked.model}
        return _("Free, made on this machine") if origins == {Origin.ENGINE} else _("Free")
    if not unknown:
        return dollars(total)
    text = ngettext(
        "%(price)s, and %(count)s clip at an unknown price",
        "%(price)s, and %(count)s clips at an unknown price",
        unknown,
    )
    return text % {"price": dollars(total), "count": unknown}


def _fingerprint(lines: Sequence[CheckedLine]) -> str:
    said = [
        (a.prompt, a.model, a.size, a.seconds, a.takes, sorted(f.extra.items()), f.price)
        for _line, a, f in lines
    ]
    return hashlib.sha256(repr(said).encode(errors="replace")).hexdigest()[:32]
