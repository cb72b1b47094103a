"""Which clips are handed over, under which names, and which of them have no file here?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from videos.archive.headers import slug
from videos.archive.serve import FileMissing, Stored, open_stored, stored_as
from videos.frames.inspection import Container
from videos.jobs.media import integrity
from videos.models import (
    Asset,
    Comment,
    Decision,
    JobStatus,
    JobTag,
    Kind,
    VideoJob,
)
from videos.review.collections import MAX_ITEMS

# As many as a collection holds.
MAX_CLIPS = MAX_ITEMS
# How much of the prompt is read for a name.
LONGEST_WORDS = 200
SHORT_ID = 8


@dataclass(frozen=True)
class Missing:
    """Why a clip has no file here: `code` is for programs, `text` for people."""

    code: str
    text: str


@dataclass(frozen=True)
class Clip:
    """One clip to be handed over, with all that is written about it.

    `name` has no ending and is unique among the clips of one hand-over.
    """

    job: VideoJob
    name: str
    asset: Asset | None
    stored: Stored | None
    missing: Missing | None
    tags: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    decision: Decision | None = None

    @property
    def file_name(self) -> str:
        """The name of the video file."""
        container = self.asset.container if self.asset else ""
        return f"{self.name}.{container or Container.MP4}"

    @property
    def seconds(self) -> float:
        """The measured length, else the one that was asked for; 0 where neither is a number."""
        if self.asset is not None and self.asset.seconds:
            return self.asset.seconds
        try:
            return max(0.0, float(Decimal(self.job.seconds)))
        except (InvalidOperation, ValueError):
            return 0.0


def clips_of(rows: QuerySet[VideoJob], order: Sequence[str] = ()) -> list[Clip]:
    """The clips of `rows`, in the order of these public ids, or else in that of the query set.

    A constant number of queries. Each file is opened once, to see whether it can be sent.
    """
    jobs = list(_with_facts(rows))
    if order:
        places = {public_id: place for place, public_id in enumerate(order)}
        jobs.sort(key=lambda job: places.get(job.public_id, len(places)))
    return [_clip(job, name) for job, name in zip(jobs, unique_names(jobs), strict=True)]


def unique_names(jobs: Iterable[VideoJob]) -> list[str]:
    """A name for the files of each job: words of project and prompt, take, a piece of the id."""
    taken: set[str] = set()
    names = []
    for job in jobs:
        digits = job.public_id.removeprefix("video_")
        name = _name(job, digits[:SHORT_ID])
        if name in taken:
            name = _name(job, digits)
        taken.add(name)
        names.append(name)
    return names


def _name(job: VideoJob, piece: str) -> str:
    project = f"{job.project.name} " if job.project else ""
    stem = slug(f"{project}{job.prompt[:LONGEST_WORDS]}") or "clip"
    take = f"-take{job.take}" if job.takes > 1 else ""
    return f"{stem}{take}-{piece}"


def _with_facts(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    comments = Comment.objects.live().select_related("maker")
    # What the provider answered is not handed over, and may be long.
    rows = rows.select_related("maker", "provider", "project").defer("remote")
    return rows.prefetch_related(
        Prefetch("assets", Asset.objects.filter(kind=Kind.VIDEO), to_attr="video_assets"),
        Prefetch("comments", comments, to_attr="shown_comments"),
        Prefetch("job_tags", JobTag.objects.select_related("tag"), to_attr="tag_rows"),
        Prefetch("decisions", Decision.objects.select_related("by"), to_attr="decision_rows"),
    )


def _clip(job: VideoJob, name: str) -> Clip:
    asset: Asset | None = next(iter(getattr(job, "video_assets", ())), None)
    stored = stored_as(job, asset) if asset is not None else None
    return Clip(
        job=job,
        name=name,
        asset=asset,
        stored=stored,
        missing=_missing(job, stored),
        tags=sorted(row.tag.name for row in getattr(job, "tag_rows", ())),
        comments=list(getattr(job, "shown_comments", ())),
        decision=next(iter(getattr(job, "decision_rows", ())), None),
    )


def _missing(job: VideoJob, stored: Stored | None) -> Missing | None:
    if job.status != JobStatus.COMPLETED:
        text = _("This clip isn't finished.")
        if job.is_finished:
            text = _("This job didn't produce a clip.")
        return Missing(str(job.status), text)
    if stored is not None and stored.archived:
        try:
            open_stored(stored)[0].close()
        except FileMissing:
            integrity.report_unreadable(job.public_id, stored)
            return Missing("file_missing", _("The file is no longer in the archive."))
        return None
    if stored is not None:
        return Missing("file_damaged", _("The file is missing or damaged here."))
    if job.is_expired:
        return Missing("lost", _("This clip expired at the provider before it was archived."))
    return Missing("not_archived", _("This clip isn't archived here yet."))
