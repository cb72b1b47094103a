"""What did a clip come out as, and is that what was asked for?"""

from typing import NamedTuple

from django.db.models import F, FilteredRelation, Q, QuerySet

from videos.models.asset import Asset, Kind
from videos.models.job import JobStatus, VideoJob
from videos.wire import parse_size

# Differences that are rounding: encoders fill up to whole blocks, clips end with a whole frame.
PIXELS, SECONDS = 16, 0.3


class Measures(NamedTuple):
    """The measured size of a clip in pixels and its length; None or 0 where nobody knows."""

    width: int | None = None
    height: int | None = None
    seconds: float | None = None

    @property
    def size(self) -> str:
        """`WxH`, or empty."""
        return f"{self.width}x{self.height}" if self.width and self.height else ""


def with_measures(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """The rows with what `measures_of` needs, by a join on a unique index."""
    clip = FilteredRelation("assets", condition=Q(assets__kind=Kind.VIDEO))
    return rows.annotate(clip=clip).annotate(
        clip_width=F("clip__width"), clip_height=F("clip__height"), clip_seconds=F("clip__seconds")
    )


def measures_of(job: VideoJob) -> Measures:
    """What `with_measures` fetched, or else one query for a finished job."""
    names = ("clip_width", "clip_height", "clip_seconds")
    if hasattr(job, names[0]):
        return Measures(*(getattr(job, name) for name in names))
    if job.status != JobStatus.COMPLETED:
        return Measures()
    rows = Asset.objects.filter(job=job, kind=Kind.VIDEO)
    row = rows.values_list("width", "height", "seconds").first()
    return Measures(*row) if row else Measures()


def size_differs(asked: str, came: Measures) -> bool:
    """Whether the size is another than the one asked for, beyond rounding."""
    pixels = parse_size(asked)
    if pixels is None or not came.width or not came.height:
        return False
    return max(abs(pixels[0] - came.width), abs(pixels[1] - came.height)) >= PIXELS


def seconds_differ(asked: str, came: Measures) -> bool:
    """Whether the length is another than the one asked for, beyond rounding."""
    if not came.seconds:
        return False
    try:
        return abs(float(asked) - came.seconds) > SECONDS
    except ValueError:
        return bool(asked)


def shown_size(asked: str, came: Measures) -> str:
    """The size to show: the measured one, where there is one."""
    return came.size or asked


def shown_seconds(asked: str, came: Measures) -> str:
    """The length to show, as `4` or `4.2`: the measured one, unless it differs by rounding."""
    is_measured = came.seconds and (seconds_differ(asked, came) or not asked)
    return f"{came.seconds:.1f}".removesuffix(".0") if is_measured else asked
