"""Which rows does each filter of the gallery leave?"""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from videos.gallery.clips.choices import Choices
from videos.models import Asset, JobStatus, Kind, Member, Tag, Verdict, VideoJob, VideoJobQuerySet
from videos.models.organise import tag_key

TO_REVIEW = "to_review"
# The value that stands for the signed-in member.
ME = "me"
BATCH = re.compile("[0-9a-f]{1,32}")
NUMBER = re.compile("[0-9]{1,15}")

Rows = QuerySet[VideoJob]
Named = dict[str, tuple[str | Promise, Callable[[VideoJobQuerySet], Rows]]]


def _status(*statuses: JobStatus) -> Callable[[VideoJobQuerySet], Rows]:
    one = len(statuses) == 1
    return lambda rows: rows.filter(status=statuses[0]) if one else rows.filter(status__in=statuses)


def _verdict(verdict: Verdict) -> Callable[[VideoJobQuerySet], Rows]:
    return lambda rows: rows.with_verdict(verdict)


def _measured(condition: Q) -> Callable[[VideoJobQuerySet], Rows]:
    """Clips whose archived file was measured to be so."""
    return lambda rows: rows.filter(
        Exists(Asset.objects.filter(condition, job=OuterRef("pk"), kind=Kind.VIDEO))
    )


def _up_to(pixels: int) -> Q:
    return Q(width__lte=pixels) | Q(height__lte=pixels)


def _priced(condition: Q) -> Callable[[VideoJobQuerySet], Rows]:
    return lambda rows: rows.with_names().filter(condition)


# What a person picks → what it is called, and the rows. To a person, jobs before and after sending
# have one state.
STATUSES: Named = {
    "queued": (gettext_lazy("Queued"), _status(JobStatus.SUBMITTING, JobStatus.QUEUED)),
    "in_progress": (gettext_lazy("In progress"), _status(JobStatus.IN_PROGRESS)),
    "completed": (gettext_lazy("Completed"), _status(JobStatus.COMPLETED)),
    "failed": (gettext_lazy("Failed"), _status(JobStatus.FAILED)),
    "unsure": (gettext_lazy("Unconfirmed"), _status(JobStatus.UNSURE)),
    "cancelled": (gettext_lazy("Cancelled"), _status(JobStatus.CANCELLED)),
    "at_risk": (gettext_lazy("At risk: not archived yet"), lambda rows: rows.at_risk()),
    "lost": (gettext_lazy("Lost"), lambda rows: rows.lost()),
}
DECISIONS: Named = {
    TO_REVIEW: (gettext_lazy("To review"), _verdict(Verdict.TO_REVIEW)),
    "approved": (gettext_lazy("Approved"), _verdict(Verdict.APPROVED)),
    "needs_changes": (gettext_lazy("Needs changes"), _verdict(Verdict.NEEDS_CHANGES)),
    "rejected": (gettext_lazy("Rejected"), _verdict(Verdict.REJECTED)),
}
SHAPES: Named = {
    "landscape": (gettext_lazy("Landscape"), _measured(Q(width__gt=F("height")))),
    "portrait": (gettext_lazy("Portrait"), _measured(Q(width__lt=F("height")))),
    "square": (gettext_lazy("Square"), _measured(Q(width=F("height")))),
}
LENGTHS: Named = {
    "short": (gettext_lazy("Up to 5 s"), _measured(Q(seconds__lt=5.5))),
    "medium": (gettext_lazy("6 to 15 s"), _measured(Q(seconds__gte=5.5, seconds__lt=15.5))),
    "long": (gettext_lazy("Over 15 s"), _measured(Q(seconds__gte=15.5))),
}
# The shorter side, as sizes are called.
SIZES: Named = {
    "480p": (gettext_lazy("Up to 480p"), _measured(_up_to(480))),
    "720p": (gettext_lazy("720p"), _measured(_up_to(720) & ~_up_to(480))),
    "1080p": (gettext_lazy("1080p"), _measured(_up_to(1080) & ~_up_to(720))),
    "over": (gettext_lazy("Over 1080p"), _measured(~_up_to(1080))),
}
PRICES: Named = {
    "free": (gettext_lazy("Free"), _priced(Q(price=0))),
    "low": (gettext_lazy("Up to $1"), _priced(Q(price__gt=0, price__lte=1))),
    "high": (gettext_lazy("Over $1"), _priced(Q(price__gt=1))),
    "unknown": (gettext_lazy("Unknown price"), _priced(Q(price=None))),
}
QUALITY: Named = {
    "findings": (gettext_lazy("Has findings"), lambda rows: rows.with_findings()),
}
# Filter → its options of a fixed kind.
FIXED: dict[str, Named] = {
    "status": STATUSES,
    "decision": DECISIONS,
    "shape": SHAPES,
    "size": SIZES,
    "length": LENGTHS,
    "price": PRICES,
    "quality": QUALITY,
}
# Filter → the rows that it offers, and the column that it compares.
ROWS = {
    "maker": ("people", "maker_id"),
    "model": ("models", "model"),
    "provider": ("providers", "provider_id"),
    "project": ("projects", "project_id"),
}
CHOSEN = {name: kind for name, (kind, _column) in ROWS.items()} | {"collection": "collections"}
# Filters that would tell what made a clip of an open vote.
NAMED = ("model", "provider")
# Filters that read files; counting what they leave would read every clip's.
READS_FILES = {"shape", "size", "length"}
# Clips that belong together, by a link and not by a field of the form.
TOGETHER = ("stack", "batch")
# The name of each filter in the address.
NAMES = (*FIXED, *ROWS, "collection", "tag", "favourite", "since", "until", *TOGETHER)


def is_known(name: str, value: str, offered: Choices, member: Member | None) -> bool:
    """Return True if this value of this filter means something."""
    if name in FIXED:
        return value in FIXED[name]
    if name == "maker" and value == ME:
        return member is not None
    if name in CHOSEN:
        return offered.pk_of(CHOSEN[name], value) is not None
    if name == "favourite":
        return value == "1" and member is not None
    if name in TOGETHER:
        return bool((NUMBER if name == "stack" else BATCH).fullmatch(value))
    return _is_date(value) if name in ("since", "until") else bool(tag_key(value))


def created(name: str, value: str) -> Q:
    """From the beginning of a day, or to its end, in the team's time zone."""
    day = parse_date(value)
    assert day is not None  # `is_known` has checked it
    if name == "until":
        # The last day that can be written has no next one.
        day = min(day, day.max - timedelta(days=2)) + timedelta(days=1)
    try:
        moment = timezone.make_aware(datetime.combine(day, time.min))
        moment.astimezone(timezone.get_fixed_timezone(0))
    except OverflowError:
        return Q()
    return Q(created_at__gte=moment) if name == "since" else Q(created_at__lt=moment)


def tag_of(name: str) -> int:
    """The primary key of the tag; 0, which no tag has, where there is none."""
    # A filtered join takes no subquery.
    return Tag.objects.filter(key=tag_key(name)).values_list("pk", flat=True).first() or 0


def _is_date(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False
