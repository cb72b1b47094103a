"""How do members rate clips, and keep the ones they like?"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Avg, Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from videos.jobs.errors import ValidationFailed
from videos.models import Favourite, Member, Rating, VideoJob
from videos.models.selectors import jobs_with_keys

STARS = range(1, 6)


@dataclass(frozen=True)
class Stars:
    """The average of a clip's ratings (None where there is none), how many, and one's own."""

    average: float | None
    count: int
    own: int


def rate(member: Member, job: VideoJob, stars: int) -> None:
    """Give a clip 1 to 5 stars; 0 takes one's own rating back. Raises ValidationFailed."""
    if stars and stars not in STARS:
        raise ValidationFailed({"stars": _("Choose 1 to 5 stars.")})
    row = jobs_with_keys([job.pk])
    with transaction.atomic():
        # One at a time, so that the average includes every rating.
        list(row.select_for_update().values_list("pk"))
        if stars == 0:
            Rating.objects.filter(job=job, member=member).delete()
        else:
            Rating.objects.update_or_create(job=job, member=member, defaults={"stars": stars})
        ratings = Rating.objects.filter(job=OuterRef("pk")).order_by().values("job")
        average = Subquery(ratings.annotate(average=Avg("stars")).values("average"))
        row.update(rating=Coalesce(average, 0.0))


def stars_of(job: VideoJob, member: Member) -> Stars:
    """What the team, and `member`, think of a clip. One query."""
    totals = Rating.objects.filter(job=job).aggregate(
        average=Avg("stars"), count=Count("pk"), own=Max("stars", filter=Q(member=member))
    )
    return Stars(totals["average"], totals["count"], totals["own"] or 0)


def favourites_among(member: Member, jobs: Iterable[VideoJob]) -> set[int]:
    """The primary keys of those of `jobs` that are the member's favourites. One query."""
    rows = Favourite.objects.filter(member=member, job__in=[job.pk for job in jobs])
    return set(rows.values_list("job_id", flat=True))


def mark_favourites(member: Member, jobs: QuerySet[VideoJob], *, on: bool) -> int:
    """Add clips to the member's favourites, or remove them; returns how many changed."""
    if not on:
        return Favourite.objects.filter(member=member, job__in=jobs).delete()[0]
    before = Favourite.objects.filter(member=member, job__in=jobs)
    new = jobs.exclude(pk__in=before.values("job")).values_list("pk", flat=True)
    rows = [Favourite(member=member, job_id=pk) for pk in new]
    return len(Favourite.objects.bulk_create(rows, ignore_conflicts=True))
