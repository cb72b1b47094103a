"""What does a clip look like in the grid?"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from django.core.cache import caches
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from videos.gallery.clips.extras import Extras, card_version, extras_of, fingerprint
from videos.gallery.clips.shapes import COMPACT_HEIGHT, HEIGHT, poster_sizes, ratio_of
from videos.gallery.clips.states import asset_state, asset_text, is_pending
from videos.gallery.clips.thumbnails import (
    Pictures,
    address,
    asset_url,
    finding_moment,
    pictures_of,
    poster_srcset,
    with_pictures,
)
from videos.gallery.clips.waiting import attach_waits, state_of
from videos.gallery.shell.dates import moment, shorten
from videos.models import (
    FindingKind,
    JobStatus,
    Kind,
    Member,
    Verdict,
    VideoJob,
    as_shown,
    shown_expiry,
)
from videos.models.lineage import made_from_rejected
from videos.models.measures import Measures, measures_of, shown_seconds, shown_size

log = logging.getLogger(__name__)

# The columns that a card is made of.
SHOWN = (
    "public_id",
    "prompt",
    "take",
    "takes",
    "status",
    "progress",
    "version",
    "verdict",
    "model",
    "size",
    "seconds",
    "created_at",
    "error_message",
    "attention",
    "expires_at",
    "archived_at",
    "trashed_at",
    "stack_id",
    "is_cover",
    "is_blind",
    "due_at",
    # What a list may be sorted by.
    "price",
    "rating",
    "remote_status",
    "provider_id",
    "submit_started_at",
    "maker__name",
    "maker__username",
    "maker__erased_at",
    # For what the viewer may do with it.
    "project_id",
)


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
    # Empty without a decision.
    verdict: str
    verdict_text: str
    ratio: str
    poster_url: str
    poster_width: int
    poster_height: int
    # Empty while there is one poster only.
    poster_srcset: str
    sheet_url: str
    # Empty where no file can be had.
    download_url: str
    maker_key: int
    maker_name: str
    model: str
    size: str
    seconds: str
    stack: int | None
    is_cover: bool
    created_iso: str
    created_text: str
    error_message: str
    attention: str
    expires_iso: str
    asset_state: str
    asset_text: str
    remote_status: str
    is_pending: bool
    # The first thing that the quality check found; empty where there is none.
    finding_text: str
    # The second at which that is seen; empty if it has no time.
    finding_at: str
    # Why it waits to be sent; empty where it does not.
    waits: str
    # It was made from a clip that has been rejected since.
    from_rejected: bool


def for_cards(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """Fetch with `rows` all that a card shows, and no more, in the one query."""
    return with_pictures(rows).only(*SHOWN).annotate(from_rejected=made_from_rejected())


def render_cards(
    jobs: Sequence[VideoJob],
    member: Member,
    *,
    is_compact: bool = False,
    query: str = "",
    sort: str = "",
) -> list[SafeString]:
    """The markup of each card, of jobs that `for_cards` fetched; `is_compact` on a dense wall.
    `query` is the search that found them: a card says where, if it doesn't show it. `sort` is the
    order of their list: in one by price or rating, a card shows that.

    It depends on the viewer's language, on whether it can be reused, and on whether it is a
    favourite. The queries are those of `extras_of`.
    """
    attach_waits(jobs)
    extras = extras_of(jobs, member, query, sort)
    height = COMPACT_HEIGHT if is_compact else HEIGHT
    keys = {f"{_cache_key(job, extras[job.pk])}.{height}": job for job in jobs}
    cached: dict[str, str] = caches["cards"].get_many(list(keys))
    fresh = {
        key: card_markup(job, extras[job.pk], height=height)
        for key, job in keys.items()
        if key not in cached
    }
    caches["cards"].set_many(fresh)
    return [mark_safe((cached | fresh)[key]) for key in keys]  # noqa: S308 - our own markup


def swapped_cards(
    jobs: Sequence[VideoJob], member: Member, *, is_compact: bool = False, query: str = ""
) -> list[SafeString]:
    """The same of jobs that have changed, as out-of-band swaps."""
    attach_waits(jobs)
    extras = extras_of(jobs, member, query)
    height = COMPACT_HEIGHT if is_compact else HEIGHT
    return [card_markup(job, extras[job.pk], oob="true", height=height) for job in jobs]


def card_markup(
    job: VideoJob, extras: Extras, *, oob: str = "", height: int = HEIGHT
) -> SafeString:
    """The card of a job that `for_cards` fetched; with `oob`, as this out-of-band swap of htmx.

    Every card is rendered here, so a row that can't be rendered costs its own card, not the page.
    """
    context = {
        "oob": oob,
        "card_version": card_version(job, extras),
        "pending": state_of(job) if is_pending(job) else "",
        **vars(extras),
    }
    try:
        card = card_of(job)
        shown = {"job": card, "poster_sizes": poster_sizes(card.ratio, height)}
        return render_to_string("clips/_card.html", shown | context)
    except Exception:
        log.exception("The card of %s can't be rendered.", job.public_id)
        broken = {"public_id": job.public_id} | context
        return render_to_string("clips/_card_broken.html", broken)


def _cache_key(job: VideoJob, extras: Extras) -> str:
    # A member may be renamed, which makes no version.
    maker = crc32(str(job.maker).encode())
    return f"{fingerprint(job, extras)}.{maker:08x}"


def card_of(
    job: VideoJob, pictures: Pictures | None = None, measures: Measures | None = None
) -> Card:
    """The card of a job; of one that `for_cards` fetched, with its pictures and measures."""
    shown = pictures or pictures_of(job)
    measures, seen, expires_at = measures or measures_of(job), as_shown(job), shown_expiry(job)
    size = shown_size(job.size, measures)
    return Card(
        public_id=job.public_id,
        url=address("video_detail", job.public_id),
        prompt=job.prompt,
        prompt_short=shorten(job.prompt),
        take_text=take_text(job),
        status=job.status,
        status_text=str(JobStatus(job.status).label),
        progress=job.progress,
        version=job.version,
        verdict=job.verdict,
        verdict_text=str(Verdict(job.verdict).label) if job.verdict else "",
        ratio=ratio_of(size),
        poster_url=asset_url(job.public_id, Kind.THUMBNAIL, shown.poster),
        poster_width=shown.width or 0,
        poster_height=shown.height or 0,
        poster_srcset=poster_srcset(job.public_id, shown),
        sheet_url=asset_url(job.public_id, Kind.SPRITESHEET, shown.sheet),
        download_url=_download_url(job),
        maker_key=job.maker_id,
        maker_name=str(job.maker),
        model=seen.model,
        size=size,
        seconds=shown_seconds(job.seconds, measures),
        stack=job.stack_id,
        is_cover=job.is_cover,
        created_iso=job.created_at.isoformat(),
        created_text=moment(job.created_at),
        error_message=seen.error_message,
        attention=seen.attention,
        expires_iso=expires_at.isoformat() if expires_at else "",
        asset_state=asset_state(job),
        asset_text=asset_text(job),
        remote_status=seen.remote_status,
        is_pending=is_pending(job),
        finding_text=finding_text(job),
        finding_at=finding_moment(job),
        waits=getattr(job, "waits", ""),
        from_rejected=getattr(job, "from_rejected", False),
    )


def _download_url(job: VideoJob) -> str:
    if asset_state(job) in ("", "lost"):
        return ""
    return address("video_content", job.public_id) + "?download=1"


def take_text(job: VideoJob) -> str:
    """`Take 2 of 4`; empty for a clip without other takes."""
    if job.takes == 1:
        return ""
    return _("Take %(take)s of %(takes)s") % {"take": job.take, "takes": job.takes}


def finding_text(job: VideoJob) -> str:
    """What the quality check found, where `with_pictures` has fetched it."""
    kind = getattr(job, "finding", None)
    return str(FindingKind(kind).label) if kind else ""
