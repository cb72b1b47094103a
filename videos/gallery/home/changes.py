"""Which cards of an open page are out of date, and what takes their place?

The page sends the version of each card, so the server doesn't have to remember what it sent before,
and nothing is left out: what doesn't fit into one answer is in the next.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from videos.gallery.clips.card import card_markup, for_cards
from videos.gallery.clips.extras import card_version, extras_of
from videos.gallery.clips.filters import Filters
from videos.gallery.clips.order import SORTS
from videos.gallery.clips.shapes import COMPACT_HEIGHT, HEIGHT
from videos.gallery.clips.waiting import attach_waits
from videos.gallery.home.on_page import ShownCard, on_wall
from videos.models import VideoJob, visible_jobs

# So many cards are in one answer.
MAX_CARDS = 100
# The swap of a card that is drawn again where it stands.
IN_PLACE = "true"


@dataclass
class Changes:
    """What to do with the cards of a page: those that are swapped in, with the swap of each; the
    clips whose card goes; and the clips that a page shows afterwards."""

    swaps: list[tuple[VideoJob, str]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)


def changes_of(
    sent: dict[int, ShownCard], filters: Filters, newer: set[int], *, is_compact: bool = False
) -> tuple[list[SafeString], list[int], set[int]]:
    """The cards that are swapped in, the keys of those that go, and the keys of all clips that the
    page shows afterwards. Clips that are `newer` come when they are asked for. Eight queries at
    most, and two for a search."""
    member = filters.member
    if member is None or not sent:
        return [], [], set(on_wall(sent))
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
        if swap != IN_PLACE or card_version(job, extras[job.pk]) != sent[job.pk].version
    ]
    cards = [
        card_markup(job, extras[job.pk], oob=swap, height=height)
        for job, swap in outdated[:MAX_CARDS]
    ]
    return cards, changes.gone, changes.shown


def _covers(
    rows: dict[int, VideoJob], sent: dict[int, ShownCard], filters: Filters, newer: set[int]
) -> dict[int, VideoJob]:
    """Clip that stood for its stack and does no longer → the clip of this list that does now."""
    stacks = _outdated_stacks(rows, on_wall(sent), filters)
    if not stacks or filters.member is None:
        return {}
    listed, _order = filters.apply(visible_jobs(filters.member).live())
    listed = listed.filter(stack__in=set(stacks.values())).exclude(pk__in=newer)
    stack_of = dict(listed.order_by("pk").values_list("pk", "stack_id"))
    newest = {stack: pk for pk, stack in stack_of.items()}
    # Where the cover is in another project, the list has every clip of the stack.
    moves = {pk: newest[stack] for pk, stack in stacks.items() if stack in newest}
    moves = {pk: cover for pk, cover in moves.items() if pk not in stack_of}
    covers = for_cards(listed.filter(pk__in=set(moves.values()))).in_bulk() if moves else {}
    is_due = _gives_place(sent, filters)
    return {pk: covers[cover] for pk, cover in moves.items() if is_due(pk, cover)}


def _outdated_stacks(
    rows: dict[int, VideoJob], wall: dict[int, ShownCard], filters: Filters
) -> dict[int, int]:
    """Clip whose card may have to give its place → its stack."""
    shown = {each.stack for each in wall.values()}
    is_project = "project" in filters.values
    return {
        pk: job.stack_id
        for pk, job in rows.items()
        if pk in wall
        and job.stack_id
        and (job.is_trashed or not job.is_cover)
        and (not wall[pk].beside_cover or (is_project and job.stack_id not in shown))
    }


def _gives_place(sent: dict[int, ShownCard], filters: Filters) -> Callable[[int, int], bool]:
    """Whether a clip gives its place to a cover. A clip beside a cover does so only for a cover
    that a reload would show on this page: the clip may be new, with its cover further down."""
    ends = [pk for pk, each in on_wall(sent).items() if not each.moved]
    is_by_time = bool(ends) and not SORTS[filters.sort].column

    def is_due(pk: int, cover: int) -> bool:
        return not sent[pk].beside_cover or (is_by_time and min(ends) <= cover <= max(ends))

    return is_due


def _placed(
    sent: dict[int, ShownCard], rows: dict[int, VideoJob], covers: dict[int, VideoJob]
) -> Changes:
    """Which card stands where from now on, those nearest to what is looked at first."""
    wall = on_wall(sent)
    changes = Changes(shown=set(wall))
    for pk, was in wall.items():
        job, cover = rows.get(pk), covers.get(pk)
        if job is None or (job.is_trashed and cover is None):
            changes.gone.append(pk)
        elif cover is None:
            changes.swaps.append((job, IN_PLACE))
        elif cover.pk not in changes.shown:
            changes.swaps.append((cover, f"outerHTML:#card-{job.public_id}"))
            changes.shown.add(cover.pk)
        elif _stays_beside(job, was, sent.get(cover.pk)):
            changes.swaps.append((job, IN_PLACE))
        else:
            changes.gone.append(pk)
    _place_in_row(changes, sent, rows)
    return changes


def _place_in_row(changes: Changes, sent: dict[int, ShownCard], rows: dict[int, VideoJob]) -> None:
    """The cards of a stack that was opened: those that the wall shows from now on leave its row."""
    for pk in sent.keys() - on_wall(sent).keys() - changes.shown:
        job = rows.get(pk)
        if job is None or job.is_trashed:
            changes.gone.append(pk)
        else:
            changes.swaps.append((job, IN_PLACE))


def _stays_beside(job: VideoJob, was: ShownCard, cover: ShownCard | None) -> bool:
    """Return True for a take that was just made: all stand side by side until the page is loaded
    again. Clips that were joined since don't."""
    if job.is_trashed or cover is None:
        return False
    return was.stack == job.stack_id and (cover.beside_cover or cover.stack == job.stack_id)
