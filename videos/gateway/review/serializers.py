"""How do clips, comments, projects, tags and collections look to a script?"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from videos.gateway.review import objects
from videos.gateway.serializers import video_of
from videos.models import Collection, Comment, Decision, Member, Project, Rating, Tag, VideoJob
from videos.models.measures import with_measures
from videos.review.comments import comment_counts
from videos.review.opinions import favourites_among
from videos.sharing.metadata import TO_REVIEW, author_of


def for_clips(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """The rows with what `clips_of` reads. A constant number of queries."""
    decisions = Prefetch("decisions", Decision.objects.select_related("by"))
    collections = Prefetch("collections", Collection.objects.live())
    return (
        with_measures(rows)
        .select_related("source", "maker", "project")
        .prefetch_related("tags", collections, decisions)
    )


def clips_of(jobs: Sequence[VideoJob], member: Member) -> list[objects.Clip]:
    """Rows of `for_clips` as `member` sees them. Three queries more."""
    counts, favourites = comment_counts(jobs), favourites_among(member, jobs)
    ratings = Rating.objects.filter(member=member, job__in=[job.pk for job in jobs])
    own = dict(ratings.values_list("job_id", "stars"))
    return [
        objects.Clip(
            id=job.public_id,
            video=video_of(job),
            maker=job.maker.username,
            project=job.project.slug if job.project else None,
            tags=[tag.name for tag in job.tags.all()],
            collections=[each.slug for each in job.collections.all()],
            decision=_decision(job),
            rating=objects.RatingState(average=job.rating or None, own=own.get(job.pk)),
            favourite=job.pk in favourites,
            comments=counts.get(job.pk, 0),
        )
        for job in jobs
    ]


def comment_of(comment: Comment) -> objects.Comment:
    """A comment with `job` and `maker` loaded."""
    return objects.Comment(
        id=comment.pk,
        video_id=comment.job.public_id,
        answer_to=comment.parent_id,
        author=author_of(comment),
        guest=comment.maker_id is None,
        text="" if comment.deleted_at else comment.text,
        start=float(comment.start) if comment.start is not None else None,
        end=float(comment.end) if comment.end is not None else None,
        created_at=unix(comment.created_at),
        edited_at=unix(comment.edited_at) if comment.edited_at else None,
        resolved_at=unix(comment.resolved_at) if comment.resolved_at else None,
    )


def projects_of(rows: Iterable[Project]) -> list[objects.Project]:
    """Rows of `with_counts`."""
    return [
        objects.Project(
            slug=row.slug,
            name=row.name,
            archived=row.archived_at is not None,
            clips=row.clips,  # type: ignore[attr-defined]
            created_at=unix(row.created_at),
        )
        for row in rows
    ]


def tags_of(rows: Iterable[Tag]) -> list[objects.Tag]:
    """Rows with `clips` counted."""
    return [objects.Tag(name=row.name, clips=row.clips) for row in rows]  # type: ignore[attr-defined]


def collections_of(rows: Iterable[Collection]) -> list[objects.Collection]:
    """Rows of `with_counts`, with `maker` loaded."""
    return [
        objects.Collection(
            slug=row.slug,
            name=row.name,
            maker=row.maker.username,
            version=row.version,
            clips=row.clips,  # type: ignore[attr-defined]
            created_at=unix(row.created_at),
        )
        for row in rows
    ]


def unix(moment: datetime) -> int:
    """Unix seconds."""
    return int(moment.timestamp())


def _decision(job: VideoJob) -> objects.DecisionState:
    newest = next(iter(job.decisions.all()), None)
    word = job.verdict or TO_REVIEW
    # The newest row tells who decided, unless it speaks of another verdict.
    if newest is None or newest.verdict != job.verdict:
        return objects.DecisionState(decision=word)  # type: ignore[arg-type]
    return objects.DecisionState(
        decision=word,  # type: ignore[arg-type]
        reason=newest.reason or None,
        note=newest.note or None,
        by=author_of(newest),
        at=unix(newest.at),
    )
