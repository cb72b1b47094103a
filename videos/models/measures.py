"""Does a clip have the size and length that were requested?"""

from typing import NamedTuple

from django.db.models import F, FilteredRelation, Q, QuerySet

from videos.models.asset import Asset, Kind
from videos.models.job import JobStatus, VideoJob
from videos.wire import parse_size

# Smaller differences are rounding: encoders pad to whole blocks, clips end on a whole frame.
PIXELS, SECONDS = 16, 0.3


class Measures(NamedTuple):
    """The measured size of a clip in pixels and its length; None or 0 if unknown."""

    width: int | None = None
    height: int | None = None
    seconds: float | None = None

    @property
    def size(self) -> str:
        """`WxH`, or empty."""
        return f"{self.width}x{self.height}" if self.width and self.height else ""


def with_measures(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """The rows with what `measures_of` needs, joined on a unique index."""
    clip = FilteredRelation("assets", condition=Q(assets__kind=Kind.VIDEO))
    return rows.annotate(clip=clip).annotate(
        clip_width=F("clip__width"), clip_height=F("clip__height"), clip_seconds=F("clip__seconds")
    )


def measures_of(job: VideoJob) -> Measures:
    """What `with_measures` fetched; otherwise one query for a finished job."""
    names = ("clip_width", "clip_height", "clip_seconds")
    if hasattr(job, names[0]):
        return Measures(*(getattr(job, name) for name in names))
    if job.status != JobStatus.COMPLETED:
        return Measures()
    rows = Asset.objects.filter(job=job, kind=Kind.VIDEO)
    row = rows.values_list("width", "height", "seconds").first()
    return Measures(*row) if row else Measures()


def size_differs(requested: str, measured: Measures) -> bool:
    """Return True if the size differs from the requested one by more than rounding."""
    pixels = parse_size(requested)
    if pixels is None or not measured.width or not measured.height:
        return False
    return max(abs(pixels[0] - measured.width), abs(pixels[1] - measured.height)) >= PIXELS


def seconds_differ(requested: str, measured: Measures) -> bool:
    """Return True if the length differs from the requested one by more than rounding."""
    if not measured.seconds:
        return False
    try:
        return abs(float(requested) - measured.seconds) > SECONDS
    except ValueError:
        return bool(requested)


def shown_size(requested: str, measured: Measures) -> str:
    """The size to show: the measured one, if there is one."""
    return measured.size or requested


def shown_seconds(requested: str, measured: Measures) -> str:
    """The length to show, as `4` or `4.2`: the measured one, unless it differs by rounding."""
    if measured.seconds and (seconds_differ(requested, measured) or not requested):
        return f"{measured.seconds:.1f}".removesuffix(".0")
    return requested
