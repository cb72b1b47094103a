"""What does a card show beside its clip's own columns, and how does an open page know its state?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from videos.gallery.clips.search_matches import search_matches
from videos.gallery.clips.states import asset_state, is_pending
from videos.gallery.clips.waiting import state_of
from videos.gallery.shell.numbers import dollars
from videos.models import Action, Member, VideoJob, may
from videos.models.row_policies import price_for
from videos.review.comments import comment_counts
from videos.review.opinions import favourites_among
from videos.review.stacks import stack_sizes

# Ends the version of a card that stands beside the cover of its stack.
BESIDE_COVER = "t"


@dataclass(frozen=True)
class Extras:
    """Whether it is the viewer's favourite, how many comments it has, how many clips its stack has,
    where a search found it, whether the viewer may reuse it, and its price or rating in a list that
    is sorted by it."""

    liked: bool
    comments: int
    stack_size: int
    search_match: str
    can_reuse: bool
    fact: str = ""


def extras_of(
    jobs: Sequence[VideoJob], member: Member, query: str = "", sort: str = ""
) -> dict[int, Extras]:
    """The extras of each job by primary key; `query` is the search that found them, `sort` the
    order of their list. Three queries at most, and two for a search, however many jobs."""
    liked, counts = favourites_among(member, jobs), comment_counts(jobs)
    sizes = stack_sizes(jobs)
    matches: Mapping[int, str] = search_matches(jobs, query) if query else {}
    return {
        job.pk: Extras(
            liked=job.pk in liked,
            comments=counts.get(job.pk, 0),
            stack_size=sizes.get(job.stack_id, 1),
            search_match=matches.get(job.pk, ""),
            can_reuse=not job.is_blind and may(member, Action.GENERATE),
            fact=_fact_of(job, member, sort),
        )
        for job in jobs
    }


def _fact_of(job: VideoJob, member: Member, sort: str) -> str:
    if sort == "price":
        price = price_for(member, job)
        return "" if price is None else dollars(price)
    if sort == "rating" and job.rating:
        return _("Rated %(stars)s") % {"stars": f"{job.rating:.1f}"}
    return ""


def fingerprint(job: VideoJob, extras: Extras) -> str:
    """All that makes this card differ from an earlier one of its clip, but its maker's name."""
    # The state changes by the clock alone, which makes no version.
    flags = f"{is_pending(job):d}{extras.liked:d}{extras.comments}"
    flags += f".{extras.stack_size}{job.is_cover:d}{extras.can_reuse:d}.{job.stack_id or ''}"
    state = f"{state_of(job)}.{asset_state(job)}.{flags}"
    state += f".{getattr(job, 'from_rejected', False):d}"
    said = crc32(f"{extras.search_match}.{extras.fact}".encode())
    return f"{get_language()}.{job.public_id}.{state}.{said:x}"


def card_version(job: VideoJob, extras: Extras) -> str:
    """What a page sends to learn whether its card is out of date: the clip's key, a checksum, and
    the stack that it is the cover of. `read_cards` reads it."""
    version = f"{job.pk}.{crc32(fingerprint(job, extras).encode()):08x}"
    if not job.is_cover:
        return f"{version}.{BESIDE_COVER}"
    return f"{version}.{job.stack_id}" if job.stack_id else version
