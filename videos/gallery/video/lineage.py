"""Which clips does this one come from, which come from it, and which are in its stack?"""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from videos.gallery.shell.dates import shorten
from videos.gallery.video.tree import Branch, family_of, lines_of, thumb_of
from videos.models import JobStatus, Member, Verdict, VideoJob, visible_jobs

MAX_KIN = 24


@dataclass(frozen=True)
class RelatedClip:
    """A related clip, as a line with its picture."""

    url: str
    poster_url: str
    name: str
    status_text: str
    verdict_text: str = ""
    is_cover: bool = False


@dataclass(frozen=True)
class Lineage:
    """The tree of clips that this one was made from and that were made from it, with the rejected
    one among those that it was made from. And the newest others of its stack, with the address of
    all of them, and of all that were made at once with it."""

    tree: list[Branch]
    rejected: Branch | None
    stack: list[RelatedClip]
    stack_url: str
    batch_url: str


def lineage_of(member: Member, job: VideoJob) -> Lineage:
    """What `family_of` asks, and a query each for a stack and a batch; without what lies in the
    trash."""
    family = family_of(member, job)
    return Lineage(
        family.tree,
        family.rejected,
        _others_of_stack(member, job),
        f"{reverse('gallery')}?stack={job.stack_id}",
        _batch_url(member, job),
    )


def _batch_url(member: Member, job: VideoJob) -> str:
    """Empty where all that was made at once is in the stack."""
    if not job.batch:
        return ""
    others = visible_jobs(member).live().filter(~Q(batch=""), batch=job.batch).exclude(pk=job.pk)
    if job.stack_id is not None:
        others = others.exclude(stack=job.stack_id)
    return f"{reverse('gallery')}?batch={job.batch}" if others.exists() else ""


def _others_of_stack(member: Member, job: VideoJob) -> list[RelatedClip]:
    if job.stack_id is None:
        return []
    rows = lines_of(member, Q(stack=job.stack_id)).exclude(pk=job.pk).order_by("-id")[:MAX_KIN]
    return [_related_clip(row, _take_name(row)) for row in rows]


def _take_name(row: VideoJob) -> str:
    return _("Take %(take)s") % {"take": row.take} if row.takes > 1 else ""


def _related_clip(row: VideoJob, name: str = "") -> RelatedClip:
    return RelatedClip(
        url=reverse("video_detail", args=[row.public_id]),
        poster_url=thumb_of(row),
        name=name or shorten(row.prompt),
        status_text=str(JobStatus(row.status).label),
        verdict_text=str(Verdict(row.verdict).label) if row.verdict else "",
        is_cover=row.is_cover,
    )
