"""Which pictures does a clip have, and where are they?"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from videos.gallery.clips.shapes import COMPACT_HEIGHT, HEIGHT, poster_sizes, ratio_of
from videos.models import Finding, Kind, VideoJob
from videos.models.measures import measures_of, shown_size, with_measures

# Stands in an address where the id of a clip goes.
A_CLIP = f"video_{'0' * 32}"
# About two rows of the wall on a laptop.
FIRST_CARDS = 8

_FINDINGS = Finding.objects.open().filter(job=OuterRef("pk"))


def with_pictures(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """The rows with their makers, what is known of their pictures, and what they were measured to
    be: four joins on a unique index cost less than a second query does."""
    return (
        with_measures(rows.select_related("maker"))
        .defer("remote", "extra")
        .annotate(
            poster=FilteredRelation("assets", condition=Q(assets__kind=Kind.THUMBNAIL)),
            small=FilteredRelation("assets", condition=Q(assets__kind=Kind.SMALL)),
            sheet=FilteredRelation("assets", condition=Q(assets__kind=Kind.SPRITESHEET)),
        )
        .annotate(
            poster_sha=F("poster__sha256"),
            poster_width=F("poster__width"),
            poster_height=F("poster__height"),
            small_sha=F("small__sha256"),
            small_width=F("small__width"),
            sheet_sha=F("sheet__sha256"),
            finding=Subquery(_FINDINGS.values("kind")[:1]),
            finding_at=Subquery(_FINDINGS.values("at_seconds")[:1]),
        )
    )


class Pictures(NamedTuple):
    """What is known of a job's pictures; the sizes are the poster's, in pixels."""

    poster: str | None = None
    width: int | None = None
    height: int | None = None
    sheet: str | None = None
    small: str | None = None
    small_width: int | None = None


class Poster(NamedTuple):
    """The attributes of a card's `<img>`. `srcset` is empty where there is one poster only."""

    url: str
    srcset: str
    sizes: str


def pictures_of(job: VideoJob) -> Pictures:
    """Those that `with_pictures` fetched; none otherwise."""
    names = ("poster_sha", "poster_width", "poster_height", "sheet_sha", "small_sha", "small_width")
    return Pictures(*(getattr(job, name, None) for name in names))


def finding_moment(job: VideoJob) -> str:
    """The second at which the first finding is seen; empty if it has no time."""
    at = getattr(job, "finding_at", None)
    return "" if at is None else f"{at:.2f}"


def poster_srcset(public_id: str, pictures: Pictures) -> str:
    """Both posters with their widths, for `srcset`; empty while there is no small one."""
    if not (pictures.small and pictures.small_width and pictures.poster and pictures.width):
        return ""
    small = asset_url(public_id, Kind.SMALL, pictures.small)
    poster = asset_url(public_id, Kind.THUMBNAIL, pictures.poster)
    return f"{small} {pictures.small_width}w, {poster} {pictures.width}w"


def first_posters(jobs: Sequence[VideoJob], *, is_compact: bool) -> Iterator[Poster]:
    """The posters of the first cards, of jobs that `with_pictures` fetched. The page preloads
    them: the images of its cards load lazily, which is only after the layout."""
    height = COMPACT_HEIGHT if is_compact else HEIGHT
    for job in jobs[:FIRST_CARDS]:
        pictures = pictures_of(job)
        if pictures.poster:
            yield Poster(
                url=asset_url(job.public_id, Kind.THUMBNAIL, pictures.poster),
                srcset=poster_srcset(job.public_id, pictures),
                sizes=poster_sizes(ratio_of(shown_size(job.size, measures_of(job))), height),
            )


def thumb_url(public_id: str, pictures: Pictures) -> str:
    """A poster for a line of a list: the small one, if there is one."""
    if pictures.small:
        return asset_url(public_id, Kind.SMALL, pictures.small)
    return asset_url(public_id, Kind.THUMBNAIL, pictures.poster)


def asset_url(public_id: str, kind: Kind, sha256: str | None) -> str:
    """The address of an archived file; its hash lets browsers cache it indefinitely."""
    if not sha256:
        return ""
    url = address("video_content", public_id)
    return f"{url}?variant={kind.value}&v={sha256[:12]}"


def address(name: str, public_id: str) -> str:
    """The URL of the view with this name for one clip."""
    return _pattern(name).replace(A_CLIP, public_id)


@cache
def _pattern(name: str) -> str:
    # Django takes as long to make an address as to draw a tenth of a card.
    return reverse(name, args=[A_CLIP])
