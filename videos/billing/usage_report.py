"""What was spent, by whom, on what, and what came of it?

A few sums over the ledger's entries of a time span: as many queries, however many entries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils import timezone

from videos.models import (
    Action,
    Asset,
    Charge,
    ChargeKind,
    Member,
    Outcome,
    PurgedClip,
    Source,
    Verdict,
    allowed_condition,
)
from videos.models.charge import CURRENCY

STEPS = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}
# Longer spans are drawn by the week, and by the month.
DAYS_BY_DAY, DAYS_BY_WEEK = 45, 200
FINISHED = Q(kind=ChargeKind.SETTLED, outcome=Outcome.COMPLETED)
# Approved clips, also those that were purged since.
PURGED = PurgedClip.objects.filter(job=OuterRef("job"), verdict=Verdict.APPROVED)
APPROVED = Q(job__verdict=Verdict.APPROVED) | Q(Q(job__verdict=None), Exists(PURGED))
# Charges whose model and provider may be shown: not those of clips in an open vote, because a
# failure or an approval would change the numbers of its model. Charges of purged clips have no job.
NAMED = Q(job__is_blind=False) | Q(job__is_blind=None)
# Stands for the model and the provider of the others.
BLIND = -1
SUMS: dict[str, Any] = {
    "spend": Sum("amount"),
    "video": Sum("milliseconds"),
    "clips": Count("pk", filter=Q(kind=ChargeKind.RESERVED))
    - Count("pk", filter=Q(outcome=Outcome.MOVED)),
}


@dataclass(frozen=True)
class Filters:
    """Which entries count: from the first to the last day, and of what. 0 means no project; with
    `viewer`, only what that member may see. By provider and model, those of open votes don't count.
    """

    first: date
    last: date
    member: int | None = None
    project: int | None = None
    provider: int | None = None
    model: str = ""
    viewer: Member | None = None

    @property
    def step(self) -> str:
        """How wide the columns of a chart are."""
        days = (self.last - self.first).days
        return "day" if days <= DAYS_BY_DAY else "week" if days <= DAYS_BY_WEEK else "month"

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one after."""
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))

    def seen(self, project: str, maker: str) -> Q:
        """The condition of what the viewer may see, by these lookups of its project and maker."""
        if self.viewer is None:
            return Q()
        usage, clips = (
            allowed_condition(self.viewer, action, project, maker)
            for action in (Action.SEE_USAGE, Action.VIEW)
        )
        return usage & clips

    def entries(self) -> QuerySet[Charge]:
        """The entries of the ledger that count."""
        start, end = self.span
        charges = Charge.objects.filter(
            self.seen("project", "member"),
            currency=CURRENCY,
            booked_at__gte=start,
            booked_at__lt=end,
        ).order_by()
        if self.member is not None:
            charges = charges.filter(member=self.member)
        if self.project is not None:
            charges = charges.filter(project=self.project or None)
        if self.provider is not None:
            charges = charges.filter(NAMED, provider=self.provider)
        return charges.filter(NAMED, model=self.model) if self.model else charges


def _midnight(day: date) -> datetime:
    zone = timezone.get_default_timezone()
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True)
class Line:
    """What one member, project, model, provider or day has used. Money in millionths."""

    key: Any = None
    spend: int = 0
    video: int = 0
    clips: int = 0
    finished: int = 0
    approved: int = 0
    approved_video: int = 0

    def plus(self, row: dict[str, Any]) -> "Line":
        """With the sums of one more row."""
        names = ("spend", "video", "clips", "finished", "approved", "approved_video")
        return replace(self, **{name: getattr(self, name) + (row[name] or 0) for name in names})

    @property
    def approval_rate(self) -> int | None:
        """Approved clips in percent of those that finished; None without any."""
        return round(100 * self.approved / self.finished) if self.finished else None

    @property
    def per_approved_second(self) -> int | None:
        """What a second of approved video cost, with everything that wasn't approved."""
        return self.spend * 1000 // self.approved_video if self.approved_video else None


@dataclass(frozen=True)
class OutcomeTotals:
    """The settled and released entries of one outcome and source."""

    outcome: Outcome
    source: Source
    clips: int
    estimate: int
    billed: int


def over_time(filters: Filters) -> list[Line]:
    """What was spent in each day, week or month, also where that is nothing."""
    truncate = STEPS[filters.step]("booked_at", tzinfo=timezone.get_default_timezone())
    rows = filters.entries().annotate(begins=truncate).values("begins").annotate(**SUMS)
    none = {"finished": 0, "approved": 0, "approved_video": 0}
    by_day = {row["begins"].date(): Line(row["begins"].date()).plus(row | none) for row in rows}
    return [by_day.get(day, Line(day)) for day in steps(filters)]


def steps(filters: Filters) -> list[date]:
    """The first day of each day, week or month of the span."""
    days, day = [], filters.first
    if filters.step == "week":
        day -= timedelta(days=day.weekday())
    elif filters.step == "month":
        day = day.replace(day=1)
    while day <= filters.last:
        days.append(day)
        if filters.step == "month":
            day = (day + timedelta(days=31)).replace(day=1)
        else:
            day += timedelta(days=7 if filters.step == "week" else 1)
    return days


def combinations(filters: Filters) -> list[dict[str, Any]]:
    """The sums of each member, project, provider and model together. `fold` adds them up. In open
    votes, provider and model are BLIND."""
    columns = ("member", "project", "provider", "model", "job__is_blind")
    named = filters.entries().values(*columns)
    rows: Any = named.annotate(
        **SUMS,
        finished=Count("pk", filter=FINISHED),
        approved=Count("pk", filter=FINISHED & APPROVED),
        approved_video=Sum("milliseconds", filter=APPROVED),
    )
    hidden = {"provider": BLIND, "model": BLIND}
    return [row | hidden if row["job__is_blind"] else row for row in rows]


def fold(rows: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], Any]) -> list[Line]:
    """One line for each key, the most expensive first."""
    lines: dict[Any, Line] = {}
    for row in rows:
        group = key(row)
        lines[group] = lines.get(group, Line(group)).plus(row)
    return sorted(lines.values(), key=lambda line: (-line.spend, -line.clips, str(line.key)))


def outcome_totals(filters: Filters) -> list[OutcomeTotals]:
    """How reservations ended, and what they were billed."""
    closed = filters.entries().filter(is_closing=True).exclude(outcome=Outcome.MOVED)
    billed = Sum(F("estimate") + F("amount"))
    rows: Any = closed.values("outcome", "source").annotate(
        n=Count("pk"), was=Sum("estimate"), billed=billed
    )
    return [
        OutcomeTotals(
            Outcome(row["outcome"]), Source(row["source"]), row["n"], row["was"], row["billed"]
        )
        for row in rows
    ]


def storage(filters: Filters) -> tuple[int, list[tuple[date, int]]]:
    """The bytes added until the end of the span, and in each day, week or month, of files that are
    still here: what was deleted since has left no trace."""
    start, end = filters.span
    seen = filters.seen("job__project", "job__maker")
    files = Asset.objects.filter(seen, created_at__lt=end).order_by()
    if filters.member is not None:
        files = files.filter(job__maker=filters.member)
    if filters.project is not None:
        files = files.filter(job__project=filters.project or None)
    if filters.provider is not None:
        files = files.filter(NAMED, job__provider=filters.provider)
    if filters.model:
        files = files.filter(NAMED, job__model=filters.model)
    before = Sum("bytes", filter=Q(created_at__lt=start), default=0)
    truncate = STEPS[filters.step]("created_at", tzinfo=timezone.get_default_timezone())
    held = files.aggregate(before=before)["before"]
    added = files.filter(created_at__gte=start).annotate(begins=truncate).values("begins")
    by_day = {row["begins"].date(): row["n"] for row in added.annotate(n=Sum("bytes"))}
    grown = [(day, by_day.get(day, 0)) for day in steps(filters)]
    return held + sum(size for _day, size in grown), grown
