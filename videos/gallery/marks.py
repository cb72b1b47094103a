"""Which rows does the gallery list, and how are they read at the least cost?"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet

from videos.gallery.drawn import MARKS
from videos.gallery.filters import Choices, Filters
from videos.gallery.keyset import Read, by, first_of, place_of
from videos.models import VideoJob
from videos.models.prepared import Prepared


def marks_of(filters: Filters) -> Read[Any]:
    """Reads the MARKS of the clips that the filters leave."""
    if filters.q:
        return by(*_rows(filters))

    def read(cursor: str, newer: bool) -> list[Any]:
        at = place_of(cursor) if cursor else None
        if cursor and at is None:
            return []
        kind = (filters.status, filters.maker_id is not None, bool(filters.model), bool(cursor))
        values = (filters.maker_id, filters.model or None, at)
        return _prepared(*kind, newer).all(*(value for value in values if value is not None))

    return read


@cache
def _prepared(
    status: str, has_maker: bool, has_model: bool, has_place: bool, newer: bool
) -> Prepared[Any]:
    """The query of all lists that are filtered and read alike."""

    def build(*values: Any) -> QuerySet[VideoJob, Any]:
        given: Iterator[Any] = iter(values)
        rows, _ = _rows(
            Filters(
                q="",
                status=status,
                maker="",
                maker_id=next(given) if has_maker else None,
                model=next(given) if has_model else "",
                choices=Choices([], {}),
            )
        )
        if has_place:
            rows = rows.filter(**{f"id__{'gt' if newer else 'lt'}": next(given)})
        return first_of(rows, newer=newer)

    used = ((-1, has_maker), ("a model", has_model), (-2, has_place))
    return Prepared(build, *(example for example, is_used in used if is_used))


def _rows(filters: Filters) -> tuple[QuerySet[VideoJob, Any], str]:
    rows, column = filters.apply(VideoJob.objects.filter(trashed_at=None))
    return rows.values_list(*MARKS, named=True), column
