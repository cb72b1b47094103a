"""Does the ledger add up?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from videos.billing.missing import without_charges
from videos.models import TERMINAL, UNFINISHED, Charge, ChargeKind, Outcome, VideoJob
from videos.models.append_only import missing_triggers

# So many rows are named for each problem; all are counted.
NAMED = 20


@dataclass(frozen=True)
class Problem:
    """One way in which the ledger doesn't add up. `names` are the first clips."""

    text: str
    count: int
    names: list[str]

    def __str__(self) -> str:
        rest = self.count - len(self.names)
        more = f" and {rest} more" if rest else ""
        return f"{self.text}: {', '.join(self.names)}{more}" if self.names else self.text


def problems() -> list[Problem]:
    """Everything that doesn't add up; empty if all is well."""
    problems = [_problem(text, rows()) for text, rows in CHECKS.items()]
    triggers = missing_triggers()
    if triggers:
        text = "Rows of the ledger can be changed. Run manage.py migrate to create the triggers"
        problems.append(Problem(text, len(triggers), triggers))
    return [problem for problem in problems if problem is not None]


def _problem(text: str, rows: QuerySet[Any]) -> Problem | None:
    names = list(rows.order_by("pk").values_list("public_id", flat=True)[: NAMED + 1])
    if not names:
        return None
    count = rows.count() if len(names) > NAMED else len(names)
    return Problem(text, count, names[:NAMED])


def _same_turn(**more: Any) -> Exists:
    """Entries of the same clip and turn as the outer row's."""
    return Exists(Charge.objects.filter(job=OuterRef("job"), turn=OuterRef("turn"), **more))


def _unclosed() -> QuerySet[Charge]:
    return Charge.objects.filter(~_same_turn(is_closing=True), is_closing=False)


def _closed_without_reservation() -> QuerySet[Charge]:
    opened = _same_turn(
        is_closing=False,
        amount=OuterRef("estimate"),
        currency=OuterRef("currency"),
        booked_at=OuterRef("booked_at"),
        model=OuterRef("model"),
    )
    return Charge.objects.filter(~opened, is_closing=True)


def _released_other_seconds() -> QuerySet[Charge]:
    opened = _same_turn(is_closing=False, milliseconds=-OuterRef("milliseconds"))
    return Charge.objects.filter(~opened, kind=ChargeKind.RELEASED)


def _still_open() -> QuerySet[Charge]:
    over = Q(job__status__in=TERMINAL) | Q(job__status=None) | _later_turn()
    return _unclosed().filter(over)


def _later_turn() -> Exists:
    return Exists(Charge.objects.filter(job=OuterRef("job"), turn__gt=OuterRef("turn")))


def _closed_too_early() -> QuerySet[VideoJob]:
    entries = Charge.objects.filter(job=OuterRef("pk"))
    closed = entries.filter(is_closing=True)
    later = Charge.objects.filter(job=OuterRef("job"), turn__gt=OuterRef("turn"))
    return VideoJob.objects.filter(Exists(closed.filter(~Exists(later))), status__in=UNFINISHED)


def _other_outcome() -> QuerySet[Charge]:
    by_status = [Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELLED]
    closed = Charge.objects.filter(is_closing=True, outcome__in=by_status)
    # Only the last turn ends as the clip does: one that was sent again may have been billed before.
    differs = Q(job__status__isnull=False) & ~Q(job__status=F("outcome")) & ~Q(_later_turn())
    given_back = Q(kind=ChargeKind.RELEASED, outcome=Outcome.COMPLETED)
    return closed.filter(differs | given_back)


CHECKS: dict[str, Callable[[], QuerySet[Any]]] = {
    "Clips without an entry (manage.py ledger --book-missing adds them)": without_charges,
    "Settled or released without a matching reservation": _closed_without_reservation,
    "Released with other seconds than were reserved": _released_other_seconds,
    "Still reserved although the clip has ended": _still_open,
    "Settled or released although the clip has not ended": _closed_too_early,
    "Settled or released for another outcome than the clip's": _other_outcome,
}
