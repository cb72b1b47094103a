"""What was paid for and not delivered as requested? The list to send to a provider."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from videos.billing.usage_report import FINISHED, NAMED, Filters
from videos.models import Charge, ChargeKind, FindingKind, Outcome, Source

WRONG = (FindingKind.SIZE, FindingKind.LENGTH)
FAILED = Q(kind=ChargeKind.SETTLED, outcome=Outcome.FAILED)
BESIDE = {
    "remote_id": F("job__remote_id"),
    "prompt": F("job__prompt"),
    "size": F("job__size"),
    "seconds": F("job__seconds"),
    "words": F("job__error_message"),
}


@dataclass(frozen=True)
class Claim:
    """One clip that was billed and failed, or came in another size or length, or in both. `billed`
    is in millionths; `is_certain` says whether the provider itself reported it."""

    public_id: str
    remote_id: str
    reasons: tuple[str, ...]
    at: datetime
    provider: int | None
    model: str
    requested: str
    got: str
    billed: int
    is_certain: bool
    is_here: bool

    @property
    def has_frame(self) -> bool:
        """Return True if a frame shows what came."""
        return self.is_here and Outcome.FAILED not in self.reasons

    def with_more(self, other: "Claim") -> "Claim":
        """The same clip, with what else was wrong with it."""
        return replace(
            self,
            reasons=(*self.reasons, *other.reasons),
            requested=f"{self.requested}; {other.requested}",
            got=f"{self.got}; {other.got}",
        )


def claims(filters: Filters, limit: int) -> list[Claim]:
    """The newest claims of the span."""
    # A clip may be wrong in each way, which are as many rows.
    rows = [*_failed(filters)[:limit], *_wrong(filters)[: limit * len(WRONG)]]
    merged: dict[str, Claim] = {}
    for claim in map(_claim, rows):
        earlier = merged.get(claim.public_id)
        merged[claim.public_id] = earlier.with_more(claim) if earlier else claim
    return sorted(merged.values(), key=lambda claim: claim.at, reverse=True)[:limit]


def _failed(filters: Filters) -> Any:
    billed = filters.entries().filter(FAILED, amount__gt=-F("estimate"))
    return _values(billed, "source")


def _wrong(filters: Filters) -> Any:
    finished = filters.entries().filter(
        FINISHED,
        amount__gt=-F("estimate"),
        job__findings__kind__in=WRONG,
        job__findings__dismissed_at=None,
    )
    finding_columns = {
        "finding": F("job__findings__kind"),
        "evidence": F("job__findings__evidence"),
    }
    return _values(finished.annotate(**finding_columns), "source", *finding_columns)


def _values(rows: QuerySet[Charge], *names: str) -> Any:
    # A claim names what made the clip; those of an open vote come once it is closed.
    rows = rows.filter(NAMED)
    own = ("public_id", "booked_at", "provider", "model", "estimate", "amount", *names)
    return rows.annotate(**BESIDE).order_by("-booked_at", "-pk").values(*own, *BESIDE)


def _claim(row: dict[str, Any]) -> Claim:
    evidence, finding = row.get("evidence") or {}, row.get("finding")
    default = {FindingKind.SIZE: row["size"], FindingKind.LENGTH: row["seconds"]}
    requested = str(evidence.get("requested", default.get(finding, ""))) if finding else ""
    size_and_length = " · ".join(
        filter(None, (row["size"], row["seconds"] and f"{row['seconds']} s"))
    )
    return Claim(
        public_id=row["public_id"],
        remote_id=row["remote_id"] or "",
        reasons=(finding or Outcome.FAILED,),
        at=row["booked_at"],
        provider=row["provider"],
        model=row["model"],
        requested=requested or size_and_length,
        got=str(evidence.get("got", "")) if finding else row["words"] or "",
        billed=row["estimate"] + row["amount"],
        is_certain=row["source"] == Source.PROVIDER,
        is_here=row["prompt"] is not None,
    )
