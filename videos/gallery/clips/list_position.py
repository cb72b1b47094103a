"""Which clips are before and after a clip in its list, and where to go once it is deleted?"""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from django.db.models import F, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from videos.gallery.clips.cleanup_lists import list_at
from videos.gallery.clips.collection_list import collection_at, in_order
from videos.gallery.clips.filters import clean_query, read_filters
from videos.gallery.clips.pagination import PER_PAGE, Read, by
from videos.gallery.clips.shapes import ratio_of
from videos.gallery.clips.thumbnails import asset_url, pictures_of, thumb_url, with_pictures
from videos.gallery.shell.dates import shorten
from videos.gallery.shell.htmx import came_from
from videos.models import Kind, Member, Verdict, VideoJob, visible_jobs
from videos.models.measures import measures_of, shown_size
from videos.models.search import search_prompts

# How many clips of the list the strip shows on either side.
BESIDE = 3


class Neighbour(NamedTuple):
    """A clip of the list beside the one that is shown."""

    public_id: str
    url: str
    name: str
    ratio: str
    poster_url: str
    thumb_url: str
    video_url: str
    verdict: str
    verdict_text: str


class ListPosition(NamedTuple):
    """The list that a clip's page was opened from, and the clips beside it there, in order."""

    list_url: str
    label: str
    newer: list[Neighbour]
    older: list[Neighbour]

    @property
    def previous_url(self) -> str:
        """The page of the clip before; empty at the beginning."""
        return self.newer[-1].url if self.newer else ""

    @property
    def next_url(self) -> str:
        """The page of the clip after; empty at the end."""
        return self.older[0].url if self.older else ""


def list_of(request: HttpRequest, job: VideoJob) -> str:
    """The list that the clip's page was opened from; the whole gallery, or the trash, where it was
    opened directly."""
    return came_from(request, reverse("trash" if job.is_trashed else "gallery"))


def position_in_list(member: Member, list_url: str, job: VideoJob) -> ListPosition:
    """The clips before and after `job` in this list, in the list's order. Two queries."""
    read = _reader(member, list_url, _with_files)
    rows = [read(job.public_id, is_newer) for is_newer in (True, False)]
    newer, older = ([_neighbour(each, list_url) for each in beside[:BESIDE]] for beside in rows)
    return ListPosition(_at(list_url, job.public_id, *rows), _label(list_url), newer[::-1], older)


def page_in_list(public_id: str, list_url: str) -> str:
    """A clip's page that remembers the list it was opened from."""
    page = reverse("video_detail", args=[public_id])
    return f"{page}?{urlencode({'list': list_url})}" if list_url else page


def next_in_list(member: Member, list_url: str, public_id: str) -> str:
    """The page of the clip that follows in this list; empty at its end."""
    older = _beside(member, list_url, public_id)[1]
    return page_in_list(older[0].public_id, list_url) if older else ""


def url_after_delete(member: Member, list_url: str, public_id: str) -> str:
    """The list, at the clip that follows `public_id`: where to go once that is deleted."""
    newer, older = _beside(member, list_url, public_id)
    following = next(iter(older or newer), None)
    return url_at_clip(member, list_url, following.public_id if following else "")


def url_at_clip(member: Member, list_url: str, public_id: str) -> str:
    """The list, at this clip: the browser scrolls there and puts the focus on it."""
    if not public_id:
        return list_url
    return _at(list_url, public_id, *_beside(member, list_url, public_id))


def _at(list_url: str, public_id: str, newer: list[VideoJob], older: list[VideoJob]) -> str:
    prefix = "row" if list_at(urlsplit(list_url).path) else "clip"
    return f"{_page_with(list_url, newer, older)}#{prefix}-{public_id}"


def _page_with(list_url: str, newer: list[VideoJob], older: list[VideoJob]) -> str:
    """The page of the list that has a clip with these before and after it, nearest first. It is
    the page that was come from if that has the clip, else one that begins a few clips before it."""
    parts = urlsplit(list_url)
    query = QueryDict(parts.query, mutable=True)
    before, after = query.get("before", ""), query.get("after", "")
    if before or after:
        beside = newer if before else older
        is_there = (before or after) in [job.public_id for job in beside[:PER_PAGE]]
    else:
        is_there = len(newer) < PER_PAGE
    # A collection has pages of its own.
    if is_there or collection_at(parts.path):
        return list_url
    for name in ("before", "after"):
        query.pop(name, None)
    if len(newer) >= PER_PAGE:
        query["before"] = newer[BESIDE].public_id
    return parts._replace(query=query.urlencode()).geturl()


def _label(list_url: str) -> str:
    parts = urlsplit(list_url)
    if listed := list_at(parts.path):
        return str(listed.label)
    if collection := collection_at(parts.path):
        return collection.name
    filters = read_filters(QueryDict(parts.query))
    if "stack" in filters.values:
        return _("Stack")
    return _("Results") if filters.is_active else _("Gallery")


def _beside(member: Member, list_url: str, public_id: str) -> list[list[VideoJob]]:
    """Up to a page of the clips before, and of those after, nearest first."""
    read = _reader(member, list_url, _ids_alone)
    return [read(public_id, is_newer) for is_newer in (True, False)]


def _ids_alone(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    return rows.only("public_id", "expires_at", "purge_at")


def _with_files(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    files = with_pictures(rows).annotate(video_sha=F("clip__sha256"))
    return files.only("public_id", "prompt", "size", "verdict", "maker__name", "maker__erased_at")


def _neighbour(job: VideoJob, list_url: str) -> Neighbour:
    video_sha = getattr(job, "video_sha", None)
    return Neighbour(
        public_id=job.public_id,
        url=page_in_list(job.public_id, list_url),
        name=shorten(job.prompt),
        ratio=ratio_of(shown_size(job.size, measures_of(job))),
        poster_url=asset_url(job.public_id, Kind.THUMBNAIL, pictures_of(job).poster),
        thumb_url=thumb_url(job.public_id, pictures_of(job)),
        video_url=asset_url(job.public_id, Kind.VIDEO, video_sha),
        verdict=job.verdict,
        verdict_text=str(Verdict(job.verdict).label) if job.verdict else "",
    )


def _reader(
    member: Member, list_url: str, fetch: Callable[[QuerySet[VideoJob]], QuerySet[VideoJob]]
) -> Read:
    """Reads the list; `fetch` says what of each clip is needed."""
    parts, seen = urlsplit(list_url), visible_jobs(member)
    if listed := list_at(parts.path):
        query = clean_query(QueryDict(parts.query).get("q", ""))
        matching = search_prompts(listed.rows(seen), query)[0]
        return listed.read(fetch(matching))
    if collection := collection_at(parts.path):
        return in_order(collection, seen.live(), fetch)
    rows, order = read_filters(QueryDict(parts.query), member).apply(seen.live())
    return by(fetch(rows), order)
