"""Which clips were made from which: by an operation, from a frame, because of a comment?"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.query import QuerySet

from videos.models.job import Verdict, VideoJob
from videos.models.origins import FrameReference, NoteTake
from videos.models.picture import JobPicture, Picture

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
    return _links("pk__in", "job__in", "job__in", "job__in", keys)


def children_of(keys: Iterable[int]) -> list[Link]:
    """What was made from these clips, the newest first. One query."""
    links = _links("source__in", "source__in", "picture__source__in", "note__job__in", keys)
    return sorted(links, reverse=True)


def ancestors_of(key: int) -> list[Link]:
    """The links from a clip up to where its family begins. A query for each generation."""
    links_by_pair: dict[tuple[int, int], Link] = {}
    level = {key}
    for _generation in range(MAX_LEVELS):
        links = [link for link in parents_of(level) if link[:2] not in links_by_pair]
        for link in links:
            links_by_pair.setdefault((link.child, link.parent), link)
        level = {link.parent for link in links}
        if not level or len(links_by_pair) > MAX_FAMILY:
            break
    return list(links_by_pair.values())


def descendants_of(key: int) -> list[Link]:
    """The links from a clip down, the newest of each first. A query for each generation."""
    link_of: dict[int, Link] = {}
    level = {key}
    for _generation in range(MAX_LEVELS):
        links = [link for link in children_of(level) if link.child not in link_of]
        for link in links[:MAX_FAMILY]:
            link_of.setdefault(link.child, link)
        level = {link.child for link in links}
        if not level or len(link_of) >= MAX_FAMILY:
            break
    return list(link_of.values())[:MAX_FAMILY]


def made_from_rejected() -> Q:
    """A condition or a column of clips: was it made directly from one that is rejected now?"""
    own = OuterRef("pk")
    sources = VideoJob.objects.filter(pk=OuterRef("source_id"), verdict=Verdict.REJECTED)
    # By joins: a list of all rejected clips would be made first.
    frames = FrameReference.objects.filter(job=own, source__verdict=Verdict.REJECTED)
    pictures = JobPicture.objects.filter(job=own, picture__source__verdict=Verdict.REJECTED)
    notes = NoteTake.objects.filter(job=own, note__job__verdict=Verdict.REJECTED)
    by_operation_or_frame = Q(Exists(sources)) | Q(Exists(frames.order_by()))
    return by_operation_or_frame | Q(Exists(pictures.order_by())) | Q(Exists(notes.order_by()))


def frame_moments(children: Iterable[int]) -> dict[tuple[int, int], Decimal]:
    """(child, parent) → when the parent shows the frame that the child was made from, in seconds.
    One query, and none without children."""
    wanted = list(children)
    if not wanted:
        return {}
    frames = FrameReference.objects.filter(job__in=wanted, source__isnull=False)
    pictures = _kept_frames().filter(job__in=wanted, picture__at__isnull=False)
    rows = frames.order_by().values_list("job_id", "source_id", "at")
    others = pictures.order_by().values_list("job_id", "picture__source_id", "picture__at")
    # Django 6.1 sorts a union by the first model's default, whatever its parts say.
    return {(child, parent): at for child, parent, at in rows.union(others, all=True).order_by()}


def keep_frames_of(picture: Picture) -> None:
    """Before a picture of the library is removed: remember whose frame it was for each clip that
    was made with it."""
    frames = [
        FrameReference(
            job_id=use.job_id,
            source_id=picture.source_id,
            at=picture.at,
            role=use.role,
            place=use.place,
        )
        for use in JobPicture.objects.filter(picture=picture)
        if picture.source_id is not None and picture.at is not None
    ]
    FrameReference.objects.bulk_create(frames, ignore_conflicts=True)


def _kept_frames() -> QuerySet[JobPicture]:
    """The uses of pictures that were made from a frame."""
    return JobPicture.objects.filter(picture__source__isnull=False)


def _links(
    job_lookup: str, frame_lookup: str, picture_lookup: str, note_lookup: str, keys: Iterable[int]
) -> list[Link]:
    wanted = list(keys)
    if not wanted:
        return []
    text = CharField()
    jobs = VideoJob.objects.filter(**{job_lookup: wanted}, source__isnull=False)
    frames = FrameReference.objects.filter(**{frame_lookup: wanted}, source__isnull=False)
    pictures = _kept_frames().filter(**{picture_lookup: wanted})
    notes = NoteTake.objects.filter(**{note_lookup: wanted})
    rows = jobs.order_by().values_list("pk", "source_id", "operation")
    others = (
        frames.order_by().values_list("job_id", "source_id", Value(FRAME, text)),
        pictures.order_by().values_list("job_id", "picture__source_id", Value(FRAME, text)),
        notes.order_by().values_list("job_id", "note__job_id", Value(NOTE, text)),
    )
    return [Link(*row) for row in rows.union(*others, all=True)]
