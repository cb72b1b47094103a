"""Which clips were made from which: by an operation, from a frame, because of a comment?"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, OuterRef, Value
from django.db.models.expressions import Combinable

from videos.models.job import Verdict, VideoJob
from videos.models.origins import FrameReference, NoteTake

FRAME, NOTE = "frame", "note"
# How far a family is followed, and how many clips of it are looked at.
MAX_LEVELS, MAX_FAMILY = 12, 60


class Link(NamedTuple):
    """`child` was made from `parent`: `how` is an operation, FRAME or NOTE."""

    child: int
    parent: int
    how: str


def parents_of(keys: Iterable[int]) -> list[Link]:
    """What these clips were made from. One query."""
    return _links("pk__in", "job__in", "job__in", keys)


def children_of(keys: Iterable[int]) -> list[Link]:
    """What was made from these clips, the newest first. One query."""
    return sorted(_links("source__in", "source__in", "note__job__in", keys), reverse=True)


def ancestors_of(key: int) -> list[Link]:
    """The links from a clip up to where its family begins. A query for each generation."""
    found: dict[tuple[int, int], Link] = {}
    level = {key}
    for _generation in range(MAX_LEVELS):
        links = [link for link in parents_of(level) if link[:2] not in found]
        for link in links:
            found.setdefault((link.child, link.parent), link)
        level = {link.parent for link in links}
        if not level or len(found) > MAX_FAMILY:
            break
    return list(found.values())


def descendants_of(key: int) -> list[Link]:
    """The links from a clip down, the newest of each first. A query for each generation."""
    found: dict[int, Link] = {}
    level = {key}
    for _generation in range(MAX_LEVELS):
        links = [link for link in children_of(level) if link.child not in found]
        for link in links[:MAX_FAMILY]:
            found.setdefault(link.child, link)
        level = {link.child for link in links}
        if not level or len(found) >= MAX_FAMILY:
            break
    return list(found.values())[:MAX_FAMILY]


def made_from_rejected() -> "ExpressionWrapper[Combinable]":
    """A column for a query of clips: was it made directly from one that is rejected now?"""
    own = OuterRef("pk")
    sources = VideoJob.objects.filter(pk=OuterRef("source_id"), verdict=Verdict.REJECTED)
    # By joins: a list of all rejected clips would be made first.
    frames = FrameReference.objects.filter(job=own, source__verdict=Verdict.REJECTED)
    notes = NoteTake.objects.filter(job=own, note__job__verdict=Verdict.REJECTED)
    return ExpressionWrapper(
        Exists(sources) | Exists(frames.order_by()) | Exists(notes.order_by()),
        output_field=BooleanField(),
    )


def _links(made: str, framed: str, noted: str, keys: Iterable[int]) -> list[Link]:
    wanted = list(keys)
    if not wanted:
        return []
    text = CharField()
    jobs = VideoJob.objects.filter(**{made: wanted}, source__isnull=False)
    frames = FrameReference.objects.filter(**{framed: wanted}, source__isnull=False)
    notes = NoteTake.objects.filter(**{noted: wanted})
    rows = jobs.order_by().values_list("pk", "source_id", "operation")
    others = (
        frames.order_by().values_list("job_id", "source_id", Value(FRAME, text)),
        notes.order_by().values_list("job_id", "note__job_id", Value(NOTE, text)),
    )
    return [Link(*row) for row in rows.union(*others, all=True)]
