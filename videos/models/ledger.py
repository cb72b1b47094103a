"""How do entries get into the ledger? Always in the transaction of what they record."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from videos.models.charge import CURRENCY, MOST_MICROS, MOST_MS, Charge, ChargeKind, Outcome, Source
from videos.models.job import JobStatus, VideoJob
from videos.models.token import AccessToken
from videos.wire.cost import MICROS, Cost

# The provider once had the job and doesn't know it any more: it may well have billed it.
LOST = "lost_at_provider"
COPIED = (
    "job_id",
    "public_id",
    "turn",
    "currency",
    "member_id",
    "role",
    "project_id",
    "token_id",
    "provider_id",
    "model",
    "booked_at",
)


def micros(amount: Decimal) -> int:
    """Dollars as millionths, at most what an entry may hold."""
    return min(int((amount * MICROS).to_integral_value()), MOST_MICROS)


def video_ms(job: VideoJob) -> int:
    """The length that was requested, in milliseconds: of an extension, what it adds. 0: unknown."""
    try:
        seconds = Decimal(job.added_seconds or job.seconds)
    except InvalidOperation:
        return 0
    if not seconds.is_finite() or seconds <= 0:
        return 0
    return int(min(seconds * 1000, Decimal(MOST_MS)))


def reservation(
    job: VideoJob, *, at: datetime, token: AccessToken | None = None, override: str = ""
) -> Charge:
    """The unsaved entry that reserves the price of `job`."""
    price = job.price
    return Charge(
        kind=ChargeKind.RESERVED,
        job_id=job.pk,
        public_id=job.public_id,
        amount=0 if price is None else micros(price),
        currency=CURRENCY,
        source=Source.UNKNOWN if price is None else Source.PRICE_LIST,
        milliseconds=video_ms(job),
        member_id=job.maker_id,
        role=job.maker.role,
        project_id=job.project_id,
        token_id=token.pk if token else None,
        provider_id=job.provider_id,
        model=job.model,
        booked_at=at,
        override=override,
    )


def reserve(
    jobs: Iterable[VideoJob], *, token: AccessToken | None = None, override: str = ""
) -> None:
    """Reserve the prices of saved jobs."""
    now = timezone.now()
    Charge.objects.bulk_create(
        [reservation(job, at=now, token=token, override=override) for job in jobs]
    )


def open_reservation(job: VideoJob) -> Charge | None:
    """The reservation of `job` that is neither settled nor released; None if there is none."""
    last = Charge.objects.filter(job=job.pk).order_by("-turn", "-is_closing").first()
    return last if last is not None and not last.is_closing else None


def close(job: VideoJob, came_from: JobStatus, cost: Cost | None = None) -> None:
    """Settle or release what is reserved for a job that has just ended. `cost` is what the provider
    says. Imported jobs have no reservation, and get none."""
    opened = open_reservation(job)
    if opened is not None:
        closing(opened, job, came_from, cost).save(force_insert=True)


def release_unsent(jobs: Iterable[int]) -> None:
    """Release what is reserved for jobs (primary keys) that were cancelled before they were sent.
    Two queries for any number."""
    last: dict[int | None, Charge] = {}
    for entry in Charge.objects.filter(job__in=list(jobs)).order_by("turn", "is_closing"):
        last[entry.job_id] = entry
    Charge.objects.bulk_create(
        _release(entry, Outcome.CANCELLED) for entry in last.values() if not entry.is_closing
    )


def closing(
    opened: Charge, job: VideoJob, came_from: JobStatus, cost: Cost | None = None
) -> Charge:
    """The unsaved entry that settles or releases `opened`, the reservation of an ended job."""
    outcome = Outcome(str(job.status))
    if cost is not None and cost.currency == opened.currency:
        return _settlement(opened, outcome, Source.PROVIDER, cost.micros)
    if job.status == JobStatus.COMPLETED:
        return _settlement(opened, outcome, Source(opened.source))
    if _may_be_billed(job, came_from):
        return _settlement(opened, outcome, Source.ASSUMED)
    return _release(opened, outcome)


def close_purged(job: VideoJob) -> None:
    """Close the reservation of a job that is deleted permanently before it has ended."""
    if (opened := open_reservation(job)) is None:
        return
    unsent = job.status == JobStatus.SUBMITTING and job.first_sent_at is None
    if unsent and not job.manual_sends:
        entry = _release(opened, Outcome.PURGED)
    else:
        entry = _settlement(opened, Outcome.PURGED, Source.ASSUMED)
    entry.save(force_insert=True)


def move(job: VideoJob, override: str = "") -> None:
    """Release what is reserved, and reserve the price of the model to which `job` has moved.
    `override` is why it is allowed over a budget."""
    if (opened := open_reservation(job)) is None:
        return
    _release(opened, Outcome.MOVED).save(force_insert=True)
    moved = reservation(job, at=opened.booked_at, override=override or opened.override)
    _save_next(moved, opened)


def send_again(job: VideoJob, override: str = "") -> None:
    """Settle what is reserved for a send of unknown outcome, as if it was billed, and reserve
    the price of another one. `override` is why it is allowed over a budget."""
    if (opened := open_reservation(job)) is None:
        return
    _settlement(opened, Outcome.CANCELLED, Source.ASSUMED).save(force_insert=True)
    again = reservation(job, at=timezone.now(), override=override or opened.override)
    _save_next(again, opened)


def _save_next(charge: Charge, before: Charge) -> None:
    """Save the reservation of the next turn. The member's role and token and the project are those
    of the request."""
    charge.turn = before.turn + 1
    for name in ("member_id", "role", "project_id", "token_id"):
        setattr(charge, name, getattr(before, name))
    charge.save(force_insert=True)


def _may_be_billed(job: VideoJob, came_from: JobStatus) -> bool:
    """Return True if it is unknown whether a job without a clip was billed.

    The Video API bills finished clips. A provider that bills a failed one says so in its cost.
    """
    if job.status == JobStatus.CANCELLED:
        return came_from == JobStatus.UNSURE
    return job.error_code == LOST


def _settlement(
    opened: Charge, outcome: Outcome, source: Source, total: int | None = None
) -> Charge:
    difference = 0 if total is None else total - opened.amount
    return _closing(opened, ChargeKind.SETTLED, outcome, source, difference)


def _release(opened: Charge, outcome: Outcome) -> Charge:
    source = Source(opened.source)
    return _closing(opened, ChargeKind.RELEASED, outcome, source, -opened.amount)


def _closing(
    opened: Charge, kind: ChargeKind, outcome: Outcome, source: Source, amount: int
) -> Charge:
    copied = {name: getattr(opened, name) for name in COPIED}
    return Charge(
        **copied,
        kind=kind,
        is_closing=True,
        outcome=outcome,
        source=source,
        amount=amount,
        estimate=opened.amount,
        milliseconds=-opened.milliseconds if kind == ChargeKind.RELEASED else 0,
    )
