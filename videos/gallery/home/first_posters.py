"""Which posters does the browser fetch before it has laid the page out?

The wall's images load lazily, so they would otherwise wait for the page's layout.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from videos.gallery.clips.shapes import COMPACT_HEIGHT, HEIGHT, poster_sizes, ratio_of
from videos.gallery.clips.thumbnails import asset_url, pictures_of, poster_srcset
from videos.models import Kind, VideoJob
from videos.models.measures import measures_of, shown_size

# About two rows of the wall on a laptop.
COUNT = 8


class Poster(NamedTuple):
    """The attributes of a card's `<img>`. `srcset` is empty where there is one poster only."""

    url: str
    srcset: str
    sizes: str


def first_posters(jobs: Sequence[VideoJob], *, is_compact: bool) -> Iterator[Poster]:
    """The posters of the first cards, of jobs that `for_cards` fetched."""
    height = COMPACT_HEIGHT if is_compact else HEIGHT
    for job in jobs[:COUNT]:
        pictures = pictures_of(job)
        if pictures.poster:
            yield Poster(
                url=asset_url(job.public_id, Kind.THUMBNAIL, pictures.poster),
                srcset=poster_srcset(job.public_id, pictures),
                sizes=poster_sizes(ratio_of(shown_size(job.size, measures_of(job))), height),
            )
