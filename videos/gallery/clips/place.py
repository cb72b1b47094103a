"""Which clips are before and after a clip in its list, and where to go once it is deleted?"""

from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from videos.gallery.clips.cleanup_lists import list_at
from videos.gallery.clips.filters import clean_query, read_filters
from videos.gallery.clips.pagination import Read, by
from videos.gallery.shell.htmx import came_from
from videos.models import Member, VideoJob, visible_jobs
from videos.models.search import search_prompts


class Place(NamedTuple):
    """The list that a clip's page was opened from, and the clips beside it there."""

    list_url: str
    label: str
    previous_url: str
    next_url: str


def list_of(request: HttpRequest, job: VideoJob) -> str:
    """The list that the clip's page was opened from; the whole gallery, or the trash, where it was
    opened directly."""
    return came_from(request, reverse("trash" if job.is_trashed else "gallery"))


def place_of_clip(member: Member, list_url: str, job: VideoJob) -> Place:
    """The clips before and after `job` in this list, in the list's order."""
    newer, older = _beside(member, list_url, job.public_id)
    query = urlencode({"list": list_url})
    previous, following = (
        f"{reverse('video_detail', args=[each])}?{query}" if each else "" for each in (newer, older)
    )
    return Place(_at(list_url, job.public_id), _label(list_url), previous, following)


def after(member: Member, list_url: str, public_id: str) -> str:
    """The list, at the clip that follows `public_id`: where to go once that is deleted."""
    newer, older = _beside(member, list_url, public_id)
    return _at(list_url, older or newer)


def at_clip(list_url: str, public_id: str) -> str:
    """The list, at this clip: the browser scrolls there and puts the focus on it."""
    return _at(list_url, public_id)


def _at(list_url: str, public_id: str) -> str:
    prefix = "clip" if urlsplit(list_url).path == reverse("gallery") else "row"
    return f"{list_url}#{prefix}-{public_id}" if public_id else list_url


def _label(list_url: str) -> str:
    parts = urlsplit(list_url)
    if listed := list_at(parts.path):
        return str(listed.label)
    filtered = any(read_filters(QueryDict(parts.query)).given) if parts.query else False
    return _("Results") if filtered else _("Gallery")


def _beside(member: Member, list_url: str, public_id: str) -> tuple[str, str]:
    """The public ids of the clips before and after; empty at the ends."""
    read = _reader(member, list_url)
    found = (next(iter(read(public_id, newer)), None) for newer in (True, False))
    newer, older = (job.public_id if job else "" for job in found)
    return newer, older


def _reader(member: Member, list_url: str) -> Read:
    parts, seen = urlsplit(list_url), visible_jobs(member)
    if listed := list_at(parts.path):
        words = clean_query(QueryDict(parts.query).get("q", ""))
        found = search_prompts(listed.rows(seen), words)[0]
        return listed.read(found.only("public_id", "expires_at", "purge_at"))
    rows, column = read_filters(QueryDict(parts.query), member).apply(seen.live())
    return by(rows.only("public_id"), column)
