"""Which cards of an open page are out of date, and what takes their place?

The page sends a mark of each card, so nothing has to be remembered of what it was told before, and
nothing is left out: what doesn't fit into one answer is in the next.
"""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from videos.gallery.clips.card import card_markup, for_cards
from videos.gallery.clips.extras import extras_of, mark_of
from videos.gallery.clips.filters import Filters
from videos.gallery.clips.shapes import COMPACT_HEIGHT, HEIGHT
from videos.gallery.clips.waiting import attach_waits
from videos.gallery.home.on_page import Sent
from videos.models import VideoJob, visible_jobs

# So many cards are in one answer.
MAX_CARDS = 100


@dataclass
class Changes:
    """What to do with the cards of a page: those that are swapped in, with the swap of each; the
    clips whose card goes; and the clips that a page shows afterwards."""

    swaps: list[tuple[VideoJob, str]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)


def changes_of(
    sent: dict[int, Sent], filters: Filters, newer: set[int], *, is_compact: bool = False
) -> tuple[list[SafeString], list[int], set[int]]:
    """The cards that are swapped in, the keys of those that go, and the keys of all clips that the
    page shows afterwards. Clips that are `newer` come when they are asked for. Seven queries at
    most, and two for a search."""
    member = filters.member
    if member is None or not sent:
        return [], [], set(sent)
    rows = for_cards(visible_jobs(member).filter(pk__in=list(sent))).in_bulk()
    covers = _covers(rows, sent, filters, newer) if filters.is_stacked else {}
    changes = _placed(sent, rows, covers)
    jobs = [job for job, _swap in changes.swaps]
    attach_waits(jobs)
    extras = extras_of(jobs, member, filters.q, filters.sort)
    height = COMPACT_HEIGHT if is_compact else HEIGHT
    outdated = [
        (job, swap)
        for job, swap in changes.swaps
        if job.pk not in sent or mark_of(job, extras[job.pk]) != sent[job.pk].mark
    ]
    cards = [
        card_markup(job, extras[job.pk], oob=swap, height=height)
        for job, swap in outdated[:MAX_CARDS]
    ]
    return cards, changes.gone, changes.shown


def _covers(
    rows: dict[int, VideoJob], sent: dict[int, Sent], filters: Filters, newer: set[int]
) -> dict[int, VideoJob]:
    """Clip that stood for its stack and does no longer → the clip of this list that does now."""
    stacks = {
        pk: job.stack_id
        for pk, job in rows.items()
        if job.stack_id and not sent[pk].beside_cover and (job.is_trashed or not job.is_cover)
    }
    if not stacks or filters.member is None:
        return {}
    listed, _order = filters.apply(visible_jobs(filters.member).live())
    listed = listed.filter(stack__in=set(stacks.values())).exclude(pk__in=newer)
    covers = {job.stack_id: job for job in for_cards(listed)}
    return {pk: covers[stack] for pk, stack in stacks.items() if stack in covers}


def _placed(
    sent: dict[int, Sent], rows: dict[int, VideoJob], covers: dict[int, VideoJob]
) -> Changes:
    """Which card stands where from now on, those nearest to what is looked at first."""
    changes = Changes(shown=set(sent))
    for pk, was in sent.items():
        job, cover = rows.get(pk), covers.get(pk)
        if job is None or (job.is_trashed and cover is None):
            changes.gone.append(pk)
        elif cover is None:
            changes.swaps.append((job, "true"))
        elif cover.pk not in changes.shown:
            changes.swaps.append((cover, f"outerHTML:#card-{job.public_id}"))
            changes.shown.add(cover.pk)
        elif _stays_beside(job, was, sent.get(cover.pk)):
            changes.swaps.append((job, "true"))
        else:
            changes.gone.append(pk)
    return changes


def _stays_beside(job: VideoJob, was: Sent, cover: Sent | None) -> bool:
    """Return True for a take that was just made: all stand side by side until the page is loaded
    again. Clips that were joined since don't."""
    if job.is_trashed or cover is None:
        return False
    return was.stack == job.stack_id and (cover.beside_cover or cover.stack == job.stack_id)
