"""What does a clip look like in the grid?

A card's markup depends on the job alone, never on who looks, so each is rendered once and kept
under its id and version. The list therefore reads little more than those, and whole rows only of
what it has not rendered before. Dates and short texts are made here: template filters cost more.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol
from zlib import crc32

from django.core.cache import caches
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from videos.gallery.keyset import PER_PAGE
from videos.models import UNFINISHED, JobStatus, Kind, VideoJob
from videos.models.prepared import Prepared
from videos.wire import parse_size

SHORT = 140
# Stands in an address where the id of a clip goes.
A_CLIP = f"video_{'0' * 32}"
RATIOS = {
    "16-9": 16 / 9,
    "7-4": 7 / 4,
    "4-3": 4 / 3,
    "1-1": 1.0,
    "3-4": 3 / 4,
    "4-7": 4 / 7,
    "9-16": 9 / 16,
}
ASSET_TEXTS = {
    "": "",
    "archived": "Archived",
    "archived-expired": "Archived, expired at the provider",
    "lost": "Lost: expired at the provider, no copy here",
}
MARKS = (
    "id",
    "public_id",
    "version",
    "status",
    "expires_at",
    "archived_at",
    "trashed_at",
    "due_at",
    "maker__name",
)


# What a card is made of.
SHOWN = (
    "public_id",
    "prompt",
    "take",
    "takes",
    "status",
    "progress",
    "version",
    "model",
    "size",
    "seconds",
    "created_at",
    "error_message",
    "attention",
    "expires_at",
    "archived_at",
    "trashed_at",
    "due_at",
    "remote_status",
    "maker__name",
    "maker__username",
)


class Standing(Protocol):
    """What tells where a job and its clip stand: a whole row, or its MARKS."""

    status: Any
    expires_at: Any
    archived_at: Any
    trashed_at: Any
    due_at: Any


@dataclass(frozen=True)
class Card:
    """One clip as the grid shows it."""

    public_id: str
    url: str
    prompt: str
    prompt_short: str
    take_text: str
    status: str
    status_text: str
    progress: int
    version: int
    ratio: str
    poster_url: str
    poster_width: int
    poster_height: int
    sheet_url: str
    maker_name: str
    model: str
    size: str
    seconds: str
    created_iso: str
    created_text: str
    error_message: str
    attention: str
    expires_iso: str
    asset_state: str
    asset_text: str
    remote_status: str
    is_pending: bool


def for_cards(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """Everything of `rows` that a card shows, and no more, in the one query."""
    return with_pictures(rows).only(*SHOWN)


def with_pictures(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """The rows with their makers and what is known of their pictures: two joins on a unique index
    cost less than a second query does."""
    return (
        rows.select_related("maker")
        .defer("remote", "extra")
        .annotate(
            poster=FilteredRelation("assets", condition=Q(assets__kind=Kind.THUMBNAIL)),
            sheet=FilteredRelation("assets", condition=Q(assets__kind=Kind.SPRITESHEET)),
        )
        .annotate(
            poster_sha=F("poster__sha256"),
            poster_width=F("poster__width"),
            poster_height=F("poster__height"),
            sheet_sha=F("sheet__sha256"),
        )
    )


# A page's worth of them; places that are not needed ask for a row that never is.
WHOLE = Prepared(lambda *pks: for_cards(VideoJob.objects.filter(pk__in=pks)), *range(-PER_PAGE, 0))


class Pictures(NamedTuple):
    """What is known of a job's pictures; the sizes are the poster's, in pixels."""

    poster: str | None = None
    width: int | None = None
    height: int | None = None
    sheet: str | None = None


def pictures_of(job: VideoJob) -> Pictures:
    """Those that `with_pictures` fetched; none otherwise."""
    names = ("poster_sha", "poster_width", "poster_height", "sheet_sha")
    return Pictures(*(getattr(job, name, None) for name in names))


def card_of(job: VideoJob, pictures: Pictures | None = None) -> Card:
    """The card of a job; of one that `for_cards` fetched, with its pictures."""
    shown = pictures or pictures_of(job)
    return Card(
        public_id=job.public_id,
        url=_address("video_detail", job.public_id),
        prompt=job.prompt,
        prompt_short=shorten(job.prompt),
        take_text=f"Take {job.take} of {job.takes}" if job.takes > 1 else "",
        status=job.status,
        status_text=JobStatus(job.status).label,
        progress=job.progress,
        version=job.version,
        ratio=ratio_of(job.size),
        poster_url=asset_url(job.public_id, Kind.THUMBNAIL, shown.poster),
        poster_width=shown.width or 0,
        poster_height=shown.height or 0,
        sheet_url=asset_url(job.public_id, Kind.SPRITESHEET, shown.sheet),
        maker_name=str(job.maker),
        model=job.model,
        size=job.size,
        seconds=job.seconds,
        created_iso=job.created_at.isoformat(),
        created_text=moment(job.created_at),
        error_message=job.error_message,
        attention=job.attention,
        expires_iso=job.expires_at.isoformat() if job.expires_at else "",
        asset_state=asset_state(job),
        asset_text=asset_text(job),
        remote_status=job.remote_status,
        is_pending=is_pending(job),
    )


def render_cards(marks: Sequence[Any]) -> list[SafeString]:
    """The markup of each card, in the order of these MARKS; from the cache where this very state
    was rendered before. At most one query."""
    keys = {_key(mark): mark.id for mark in marks}
    known: dict[str, Any] = caches["cards"].get_many(list(keys))
    missing = {pk: key for key, pk in keys.items() if key not in known}
    if missing:
        fresh = {missing[job.pk]: render_card(job) for job in _of_a_page(list(missing))}
        caches["cards"].set_many(fresh)
        known |= fresh
    # A row may have gone between the two queries.
    return [mark_safe(known[key]) for key in keys if key in known]  # noqa: S308 - our own markup


def _of_a_page(pks: list[int]) -> list[VideoJob]:
    return WHOLE.all(*pks, *[0] * (PER_PAGE - len(pks)))


def render_card(job: VideoJob, *, oob: bool = False) -> SafeString:
    """The markup of one card; `oob` makes it replace the one on the page."""
    template = get_template("gallery/_card.html")
    # As a dict: of anything else, Django's templates ask for an item first, and catch the error.
    return mark_safe(template.render({"job": vars(card_of(job)), "oob": oob}))  # noqa: S308


def asset_state(job: Standing) -> str:
    """Who holds the clip: we, the provider, both, or nobody. Empty before there is one."""
    if job.status != JobStatus.COMPLETED:
        return ""
    expired = job.expires_at is not None and job.expires_at <= timezone.now()
    if job.archived_at is not None:
        return "archived-expired" if expired else "archived"
    return "lost" if expired else "provider"


def asset_text(job: VideoJob) -> str:
    """The same in words. An hour, not a distance: the card may be old when it is read."""
    state = asset_state(job)
    if state != "provider":
        return ASSET_TEXTS[state]
    until = f" until {moment(job.expires_at)}" if job.expires_at else ""
    return f"At the provider only{until}"


def is_pending(job: Standing) -> bool:
    """Will the mirror change this card by itself?"""
    waits = job.status in UNFINISHED or (
        job.status == JobStatus.COMPLETED and job.archived_at is None
    )
    return waits and job.due_at is not None and job.trashed_at is None


def asset_url(public_id: str, kind: Kind, sha256: str | None) -> str:
    """The address of an archived file; its hash lets browsers keep it for ever."""
    if not sha256:
        return ""
    door = _address("video_content", public_id)
    return f"{door}?variant={kind.value}&v={sha256[:12]}"


def _address(name: str, public_id: str) -> str:
    return _pattern(name).replace(A_CLIP, public_id)


@cache
def _pattern(name: str) -> str:
    # Django takes as long to make an address as to draw a tenth of a card.
    return reverse(name, args=[A_CLIP])


def ratio_of(size: str) -> str:
    """The nearest of the grid's shapes."""
    pixels = parse_size(size)
    if pixels is None:
        return "16-9"
    here = math.log(pixels[0] / pixels[1])
    return min(RATIOS, key=lambda name: abs(math.log(RATIOS[name]) - here))


def shorten(text: str, limit: int = SHORT) -> str:
    """One line of at most `limit` characters."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def moment(when: datetime) -> str:
    """A date and time for people, in the team's time zone."""
    local = timezone.localtime(when)
    year = "" if local.year == timezone.localtime().year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"


def _key(mark: Any) -> str:
    # The state changes by the clock alone, and a member may be renamed: neither makes a version.
    maker = crc32(mark.maker__name.encode())
    return f"{mark.public_id}.{mark.version}.{asset_state(mark)}.{is_pending(mark):d}.{maker:08x}"
