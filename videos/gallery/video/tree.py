"""From which clips was this one made, at any distance, and which were made from it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.gallery.clips.thumbnails import pictures_of, thumb_url
from videos.gallery.handover.differences import Piece, word_differences
from videos.gallery.shell.dates import shorten
from videos.gallery.shell.numbers import timecode
from videos.models import JobStatus, Kind, Member, Verdict, VideoJob, visible_jobs
from videos.models.lineage import FRAME, NOTE, Link, ancestors_of, descendants_of, frame_moments

HOW = {
    "remix": gettext_noop("Remix"),
    "edit": gettext_noop("Edit"),
    "extend": gettext_noop("Extension"),
    FRAME: gettext_noop("From a frame"),
    NOTE: gettext_noop("New take for a comment"),
}
# What counts first where a clip was made from another in two ways.
ORDER = (*HOW,)
# How much of what two prompts share is shown beside a difference.
SHARED = 28


@dataclass(frozen=True)
class Branch:
    """A clip of the tree, as a line with its picture."""

    url: str
    poster_url: str
    name: str
    status_text: str
    is_rejected: bool = False
    is_here: bool = False
    # How it was made from the clip above it, and where its prompt differs from that one's.
    how: str = ""
    pieces: list[Piece] = field(default_factory=list)
    children: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class Family:
    """The clip in the tree of those that it was made from and that were made from it. `tree` is
    empty without any of them."""

    tree: list[Branch]
    # The rejected clip that it was made from, at any distance.
    rejected: Branch | None = None


def family_of(member: Member, job: VideoJob) -> Family:
    """A query for each generation, and two more; what lies in the trash is left out."""
    up, down = ancestors_of(job.pk), descendants_of(job.pk)
    if not up and not down:
        return Family([])
    path = _path(job.pk, up)
    keys = {job.pk, *(link.child for link in down), *(link.parent for link in path)}
    rows = {row.pk: row for row in lines_of(member, Q(pk__in=keys))}
    # The clip itself may lie in the trash.
    rows.setdefault(job.pk, job)
    root = _tree(job, rows, [*path, *down], path)
    rejected = [rows[link.parent] for link in path if link.parent in rows]
    nearest = next((row for row in rejected if row.verdict == Verdict.REJECTED), None)
    is_alone = root.is_here and not root.children
    return Family([] if is_alone else [root], _branch(nearest) if nearest else None)


def lines_of(member: Member, condition: Q) -> QuerySet[VideoJob]:
    """The clips of this condition that are not in the trash, with what a line shows of each."""
    poster = FilteredRelation("assets", condition=Q(assets__kind=Kind.THUMBNAIL))
    small = FilteredRelation("assets", condition=Q(assets__kind=Kind.SMALL))
    rows = visible_jobs(member).live().filter(condition).annotate(poster=poster, small=small)
    shas = {"poster_sha": F("poster__sha256"), "small_sha": F("small__sha256")}
    return rows.annotate(**shas).only(
        "public_id", "prompt", "status", "verdict", "take", "takes", "is_cover"
    )


def thumb_of(row: VideoJob) -> str:
    """The picture of a row of `lines_of`; empty for one that was fetched otherwise."""
    return thumb_url(row.public_id, pictures_of(row))


def _path(key: int, up: list[Link]) -> list[Link]:
    """The links to the clip's first ancestor: of several parents, the most telling one."""
    path: list[Link] = []
    seen = {key}
    while parents := [link for link in up if link.child == key and link.parent not in seen]:
        path.append(min(parents, key=lambda link: ORDER.index(link.how)))
        key = path[-1].parent
        seen.add(key)
    return path


def _tree(
    job: VideoJob,
    rows: Mapping[int, VideoJob],
    links: list[Link],
    path: list[Link],
) -> Branch:
    """The tree from the first ancestor that can be seen. What hangs on a clip that can't be seen
    hangs on the one above."""
    moments = _moments(links)
    below: dict[int, list[Link]] = {}
    for link in links:
        below.setdefault(link.parent, []).append(link)

    def children(key: int, above: VideoJob) -> list[Branch]:
        branches: list[Branch] = []
        for link in below.get(key, ()):
            if (row := rows.get(link.child)) is None:
                branches += children(link.child, above)
            else:
                branches.append(node(row, link, above))
        return branches

    def node(row: VideoJob, link: Link | None = None, above: VideoJob | None = None) -> Branch:
        here = row.pk == job.pk
        how = _(HOW[link.how]) if link else ""
        how = moments.get(link[:2], how) if link and link.how == FRAME else how
        pieces = _excerpt(above.prompt, row.prompt) if above else []
        return _branch(row, how=how, is_here=here, pieces=pieces, children=children(row.pk, row))

    first = next((link.parent for link in reversed(path) if link.parent in rows), job.pk)
    return node(rows[first])


def _excerpt(before: str, after: str) -> list[Piece]:
    """Where `after` differs, with a little of what both share; empty where nothing does."""
    pieces = word_differences(before, after)
    if before == after or not any(piece.tag for piece in pieces):
        return [] if before == after else [Piece("", shorten(after))]
    last = len(pieces) - 1
    return [
        piece if piece.tag else Piece("", _shared(piece.text, place == 0, place == last))
        for place, piece in enumerate(pieces)
    ]


def _shared(text: str, is_first: bool, is_last: bool) -> str:
    start = "" if is_first else text[:SHARED]
    end = "" if is_last else text[-SHARED:]
    return text if len(text) <= len(start) + len(end) + 1 else f"{start}…{end}"


def _moments(links: Iterable[Link]) -> dict[tuple[int, int], str]:
    """(child, parent) → which frame, in words. One query, and none without frames."""
    moments = frame_moments(link.child for link in links if link.how == FRAME)
    text = _("From its frame at %(time)s")
    return {pair: text % {"time": timecode(at)} for pair, at in moments.items()}


def _branch(
    row: VideoJob,
    *,
    how: str = "",
    is_here: bool = False,
    pieces: list[Piece] | None = None,
    children: list[Branch] | None = None,
) -> Branch:
    return Branch(
        url=row.get_absolute_url(),
        poster_url=thumb_of(row),
        name=shorten(row.prompt),
        status_text=str(Verdict(row.verdict).label if row.verdict else JobStatus(row.status).label),
        is_rejected=row.verdict == Verdict.REJECTED,
        is_here=is_here,
        how=how,
        pieces=pieces or [],
        children=children or [],
    )
