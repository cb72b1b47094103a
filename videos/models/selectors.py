"""Which video jobs do pages, scripts, reviews and the mirror start from?

Outside `models/`, `jobs/` and `billing/` nothing asks `VideoJob.objects`: what a member may see is
decided here, once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from videos.models.job import JobStatus, VideoJob
from videos.models.member import Member
from videos.models.paging import beyond
from videos.models.queryset import VideoJobQuerySet


def visible_jobs(member: Member) -> VideoJobQuerySet:
    """Jobs that `member` may see, in the trash or not."""
    return VideoJob.objects.visible_to(member)


def jobs_with_keys(keys: Iterable[int]) -> VideoJobQuerySet:
    """The jobs with these primary keys, whoever may see them: the caller knows that they may be
    changed, or asks `allowed_rows`."""
    return VideoJob.objects.filter(pk__in=list(keys))


def jobs_of_press(press: str) -> VideoJobQuerySet:
    """The clips that were decided in one press of a button, whoever may see them."""
    return VideoJob.objects.filter(decisions__press=press)


def jobs_in_stacks(stacks: Iterable[int]) -> VideoJobQuerySet:
    """All clips of these stacks, in the trash or not, whoever may see them."""
    return VideoJob.objects.filter(stack__in=list(stacks))


def blind_jobs(experiment: int) -> VideoJobQuerySet:
    """The clips of this experiment (primary key) that aren't named yet."""
    return VideoJob.objects.filter(experiment_clip__experiment=experiment, is_blind=True)


def jobs_shared_by(member: Member) -> VideoJobQuerySet:
    """Live jobs that share links of `member` may show."""
    return VideoJob.objects.shareable_by(member)


def expiring_jobs(now: datetime, until: datetime) -> VideoJobQuerySet:
    """Finished clips that aren't archived and that their provider deletes by `until`."""
    return VideoJob.objects.at_risk(now).filter(expires_at__lte=until)


def lost_jobs(now: datetime, since: datetime) -> VideoJobQuerySet:
    """Clips that were lost after `since`."""
    return VideoJob.objects.lost(now).filter(expires_at__gt=since)


def job_among(jobs: QuerySet[VideoJob]) -> Exists:
    """The condition of rows whose `job` is one of `jobs`. With `job__in`, SQLite would first make a
    list of all of them."""
    return Exists(jobs.filter(pk=OuterRef("job")))


def with_stacks(public_ids: Sequence[str]) -> list[str]:
    """The ids of these clips, then of all live clips that lie in a stack with one of them."""
    rows = VideoJob.objects.live()
    stacks = rows.filter(public_id__in=public_ids, stack__isnull=False).values("stack")
    others = rows.filter(stack__in=stacks).order_by("stack", "-pk")
    return list(dict.fromkeys([*public_ids, *others.values_list("public_id", flat=True)]))


def due_jobs(now: datetime, *statuses: JobStatus) -> VideoJobQuerySet:
    """Jobs of these statuses whose next step is due, with their provider and source."""
    rows = VideoJob.objects.filter(status__in=statuses, due_at__lte=now)
    return rows.select_related("provider", "source")


def beyond_job(public_id: str, column: str = "id", *, newer: bool) -> Q:
    """The condition of rows that come after this job in the order of `column`, or, with `newer`,
    before it. The job itself need not be on the list."""
    sign = "" if newer else "-"
    at = VideoJob.objects.filter(public_id=public_id)
    if column.endswith("id"):
        pk = at.values_list("pk", flat=True).first()
        return Q(pk__in=[]) if pk is None else beyond([sign + column], [pk])
    values = [Subquery(at.values(each)[:1]) for each in (column, "pk")]
    return beyond([sign + column, f"{sign}pk"], values)


def beyond_expiry(public_id: str, *, before: bool) -> Q:
    """The condition of rows that expire after this job does, or, with `before`, before it. A job
    without an expiry comes last, and those of the same moment in the order of their keys."""
    at = VideoJob.objects.filter(public_id=public_id).values_list("pk", "expires_at").first()
    if at is None:
        return Q(pk__in=[])
    pk, expires_at = at
    key = Q(pk__lt=pk) if before else Q(pk__gt=pk)
    same = Q(expires_at=expires_at) & key
    if expires_at is None:
        return same | Q(expires_at__isnull=False) if before else same
    if before:
        return same | Q(expires_at__lt=expires_at)
    return same | Q(expires_at__gt=expires_at) | Q(expires_at=None)
