"""Which clips does this one come from, which come from it, and which are in its stack?"""

from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.gallery.clips.thumbnails import asset_url
from videos.gallery.shell.dates import shorten
from videos.models import JobStatus, Kind, Member, Operation, Verdict, VideoJob, visible_jobs

MAX_KIN = 24
# Operation → (what a clip is of the one it comes from, what such clips are together).
TEXTS = {
    Operation.REMIX: (gettext_noop("Remix of"), gettext_noop("Remixes of this clip")),
    Operation.EDIT: (gettext_noop("Edit of"), gettext_noop("Edits of this clip")),
    Operation.EXTEND: (gettext_noop("Extension of"), gettext_noop("Extensions of this clip")),
}


@dataclass(frozen=True)
class Kin:
    """A related clip, as a line with its picture."""

    url: str
    poster_url: str
    name: str
    status_text: str
    verdict_text: str = ""
    is_cover: bool = False


@dataclass(frozen=True)
class Lineage:
    """Related clips under the words that say how: the one it was made from, if it was, then the
    latest that were made from it, by operation. And the newest others of its stack, with the
    address of all of them, and of all that were made at once with it."""

    groups: dict[str, list[Kin]]
    stack: list[Kin]
    stack_url: str
    batch_url: str


def lineage_of(member: Member, job: VideoJob) -> Lineage:
    """One query, and one more each for a stack and a batch, without what lies in the trash."""
    kin = Q(source_id=job.pk) | Q(pk=job.source_id)
    rows = list(_lines(member, kin).order_by("-id")[: MAX_KIN + 1])
    parents = [_kin(row) for row in rows if row.source_id != job.pk]
    groups = {_(TEXTS[Operation(job.operation)][0]): parents} if parents else {}
    made = [row for row in rows if row.source_id == job.pk][:MAX_KIN]
    for operation, (_one, together) in TEXTS.items():
        if found := [_kin(row) for row in made if row.operation == operation]:
            groups[_(together)] = found
    return Lineage(
        groups,
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


def _others_of_stack(member: Member, job: VideoJob) -> list[Kin]:
    if job.stack_id is None:
        return []
    rows = _lines(member, Q(stack=job.stack_id)).exclude(pk=job.pk).order_by("-id")[:MAX_KIN]
    return [_kin(row, _take_name(row)) for row in rows]


def _take_name(row: VideoJob) -> str:
    return _("Take %(take)s") % {"take": row.take} if row.takes > 1 else ""


def _lines(member: Member, kin: Q) -> QuerySet[VideoJob]:
    poster = FilteredRelation("assets", condition=Q(assets__kind=Kind.THUMBNAIL))
    rows = visible_jobs(member).live().filter(kin).annotate(poster=poster)
    return rows.annotate(poster_sha=F("poster__sha256")).only(
        *("public_id", "prompt", "status", "verdict", "take", "takes", "is_cover"),
        *("operation", "source_id"),
    )


def _kin(row: VideoJob, name: str = "") -> Kin:
    return Kin(
        url=reverse("video_detail", args=[row.public_id]),
        poster_url=asset_url(row.public_id, Kind.THUMBNAIL, getattr(row, "poster_sha", None)),
        name=name or shorten(row.prompt),
        status_text=str(JobStatus(row.status).label),
        verdict_text=str(Verdict(row.verdict).label) if row.verdict else "",
        is_cover=row.is_cover,
    )
