"""How is a card rendered and cached?

A card's markup depends on the job alone, never on who looks, so each is rendered once and cached
under its id and version. The list therefore reads little more than those, and whole rows only of
what it has not rendered before.
"""

import logging
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from django.core.cache import caches
from django.db.models import QuerySet
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from videos.gallery.cards import asset_state, card_of, is_pending
from videos.gallery.keyset import PER_PAGE
from videos.gallery.pictures import with_pictures
from videos.models import VideoJob
from videos.models.prepared import Prepared

log = logging.getLogger(__name__)

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


def for_cards(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """Everything of `rows` that a card shows, and no more, in the one query."""
    return with_pictures(rows).only(*SHOWN)


# A page's worth of them; places that are not needed ask for a row that never is.
WHOLE = Prepared(lambda *pks: for_cards(VideoJob.objects.filter(pk__in=pks)), *range(-PER_PAGE, 0))


def render_cards(marks: Sequence[Any]) -> list[SafeString]:
    """The markup of each card, in the order of these MARKS; from the cache where this very state
    was rendered before. At most one query."""
    keys = {_key(mark): mark.id for mark in marks}
    known: dict[str, Any] = caches["cards"].get_many(list(keys))
    missing = {pk: key for key, pk in keys.items() if key not in known}
    if missing:
        fresh = {missing[job.pk]: card_markup(job) for job in _of_a_page(list(missing))}
        caches["cards"].set_many(fresh)
        known |= fresh
    # A row may have gone between the two queries.
    return [mark_safe(known[key]) for key in keys if key in known]  # noqa: S308 - our own markup


def _of_a_page(pks: list[int]) -> list[VideoJob]:
    return WHOLE.all(*pks, *[0] * (PER_PAGE - len(pks)))


def card_markup(job: VideoJob, *, oob: bool = False) -> str:
    """The card of a job, swapped in out of band where `oob` says so.

    Every card is rendered here, so a row that can't be rendered costs its own card, not the page.
    """
    try:
        # As a dict: of anything else, templates ask for an item first, and catch the error.
        context = {"job": vars(card_of(job)), "oob": oob}
        return get_template("gallery/_card.html").render(context)
    except Exception:
        log.exception("The card of %s can't be rendered.", job.public_id)
        broken = {"public_id": job.public_id, "oob": oob}
        return get_template("gallery/_card_broken.html").render(broken)


def _key(mark: Any) -> str:
    # The state changes by the clock alone, and a member may be renamed: neither makes a version.
    maker = crc32(mark.maker__name.encode())
    return f"{mark.public_id}.{mark.version}.{asset_state(mark)}.{is_pending(mark):d}.{maker:08x}"
