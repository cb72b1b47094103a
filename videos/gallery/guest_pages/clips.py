"""What does the page of a share link show of each clip?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from videos.gallery.clips.shapes import ratio_of
from videos.gallery.clips.thumbnails import pictures_of, with_pictures
from videos.gallery.shell.numbers import dollars, timecode
from videos.models import Comment, Decision, Kind, ShareLink, VideoJob
from videos.models.measures import measures_of, shown_seconds, shown_size
from videos.models.row_policies import price_on_link
from videos.sharing.guests import comments_of, decisions_of
from videos.sharing.links import clips_of

GUEST, PRESS = "guest_name", "guest_press"


@dataclass(frozen=True)
class Draft:
    """A form about one clip that was refused."""

    public_id: str
    errors: dict[str, str]
    typed: Mapping[str, str]


@dataclass(frozen=True)
class Remark:
    """One comment; `at` is its moment as people read it, `seconds` as a player does."""

    comment: Comment
    at: str
    seconds: str


@dataclass(frozen=True)
class SharedClip:
    """One clip as guests see it."""

    public_id: str
    name: str
    prompt: str
    price: str
    seconds: str
    ratio: str
    video_url: str
    poster_url: str
    thumb_url: str
    download_url: str
    remarks: list[Remark]
    decision: Decision | None
    can_undo: bool
    # The form: its one-time key, the guest's name where it is known, what was refused.
    key: str
    guest: str
    errors: dict[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


def shared_clips(
    request: HttpRequest,
    link: ShareLink,
    token: str,
    numbers: Mapping[int, int],
    draft: Draft | None = None,
) -> list[SharedClip]:
    """Those clips of a link whose primary keys are in `numbers`, which says their places in it.
    Three queries."""
    rows = with_pictures(clips_of(link).filter(pk__in=numbers))
    jobs = sorted(rows, key=lambda job: numbers[job.pk])
    comments = comments_of(link, jobs) if link.allow_comments else {}
    decisions = decisions_of(link, jobs) if link.allow_decisions else {}
    return [
        _clip(
            request,
            link,
            token,
            job,
            numbers[job.pk],
            comments.get(job.pk, []),
            decisions.get(job.pk),
            draft if draft and draft.public_id == job.public_id else None,
        )
        for job in jobs
    ]


def shared_clip(
    request: HttpRequest, link: ShareLink, token: str, job: VideoJob, draft: Draft | None
) -> SharedClip:
    """One of them, for its own part of the page."""
    [clip] = shared_clips(request, link, token, {job.pk: 1}, draft)
    return clip


def _clip(
    request: HttpRequest,
    link: ShareLink,
    token: str,
    job: VideoJob,
    number: int,
    comments: list[Comment],
    decision: Decision | None,
    draft: Draft | None,
) -> SharedClip:
    content = reverse("share_content", args=[token, job.public_id])
    measures, pictures = measures_of(job), pictures_of(job)
    thumb = Kind.SMALL if pictures.small else Kind.THUMBNAIL
    price = price_on_link(link, job)
    writes = link.allow_comments or link.allow_decisions
    session = request.session if writes else {}
    return SharedClip(
        public_id=job.public_id,
        name=_("Clip %(number)d") % {"number": number},
        prompt=job.prompt if link.show_prompts else "",
        price=dollars(price) if price else "",
        seconds=shown_seconds(job.seconds, measures),
        ratio=ratio_of(shown_size(job.size, measures)),
        video_url=content,
        poster_url=f"{content}?variant={Kind.THUMBNAIL.value}" if pictures.poster else "",
        thumb_url=f"{content}?variant={thumb.value}" if pictures.poster else "",
        download_url=f"{content}?download=1" if link.allow_download else "",
        remarks=[_remark(comment) for comment in comments],
        decision=decision,
        can_undo=decision is not None and session.get(PRESS) == decision.press,
        key=uuid4().hex,
        guest=session.get(GUEST, ""),
        errors=draft.errors if draft else {},
        typed=draft.typed if draft else {},
    )


def _remark(comment: Comment) -> Remark:
    if comment.start is None:
        return Remark(comment, "", "")
    return Remark(comment, timecode(comment.start), f"{comment.start}")
