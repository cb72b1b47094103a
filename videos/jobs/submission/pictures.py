"""Which further pictures is a clip made with: one that it ends on, some that guide it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from videos.archive.uploads import references
from videos.jobs.providers.clients import dialect_of
from videos.models import CatalogueModel, JobPicture, Picture, PictureRole, VideoJob

if TYPE_CHECKING:
    from videos.jobs.submission.request import Submission

# The fields of a form, by role and place.
FIRST_FIELD, LAST_FIELD = "first_picture", "last_picture"
MAX_GUIDES = 4
GUIDE_FIELDS = tuple(f"guide_{number}" for number in range(1, MAX_GUIDES + 1))


@dataclass(frozen=True)
class MorePicture:
    """A picture beside the first frame, or, without `png`, the library's picture that this is."""

    role: PictureRole
    png: bytes | None = None
    place: int = 0
    picture: Picture | None = None


def field_of(more: MorePicture) -> str:
    """The name of its field in a form."""
    if more.role == PictureRole.GUIDE:
        return GUIDE_FIELDS[more.place]
    return LAST_FIELD if more.role == PictureRole.LAST else FIRST_FIELD


def unfit_pictures(submission: "Submission", model: CatalogueModel) -> dict[str, str]:
    """Errors by field for pictures that the provider has no place for."""
    dialect, errors = dialect_of(model.provider), dict[str, str]()
    for more in submission.more:
        if more.role == PictureRole.LAST and not dialect.last_frame:
            text = _("%(provider)s doesn't support a last frame.")
            errors[field_of(more)] = text % {"provider": model.provider}
        elif more.role == PictureRole.LAST and not model.takes_frame("last"):
            text = _("%(model)s doesn't support a last frame.")
            errors[field_of(more)] = text % {"model": model.label}
        if more.role == PictureRole.GUIDE and more.place >= dialect.guides:
            text = _("%(provider)s takes at most %(count)d reference pictures.")
            errors[field_of(more)] = text % {"provider": model.provider, "count": dialect.guides}
    frames = submission.reference is not None or _roles(submission) & {PictureRole.LAST}
    if frames and PictureRole.GUIDE in _roles(submission):
        # Servers ignore them then, so the clip would not be what was asked for.
        errors[GUIDE_FIELDS[0]] = _("Choose frames or reference pictures, not both.")
    return errors


def keep_pictures(
    submissions: "Sequence[Submission]", rows: Sequence[VideoJob]
) -> list[JobPicture]:
    """Store the files of each row, and return the unsaved entries that name them. All or none:
    after an OSError, nothing is left."""
    created: list[JobPicture] = []
    try:
        _keep_pictures(submissions, rows, created)
    except OSError:
        drop_pictures(created)
        raise
    return created


def _keep_pictures(
    submissions: "Sequence[Submission]", rows: Sequence[VideoJob], created: list[JobPicture]
) -> None:
    left = iter(rows)
    for submission in submissions:
        takes = list(islice(left, submission.takes))
        for more in submission.more:
            ids, names = [row.public_id for row in takes], [""] * len(takes)
            if more.png is not None:
                names = references.keep(ids, more.png, f"-{more.role}{more.place}")
            created += [
                JobPicture(
                    job=row, role=more.role, place=more.place, path=name, picture=more.picture
                )
                for row, name in zip(takes, names, strict=True)
            ]


def pictures_of(job: VideoJob) -> list[MorePicture]:
    """The same pictures again, for a retry. Raises FileNotFoundError."""
    rows = JobPicture.objects.filter(job=job).select_related("picture")
    return [
        MorePicture(
            PictureRole(row.role),
            references.read(row.path) if row.path else None,
            row.place,
            row.picture,
        )
        for row in rows
    ]


def bytes_of(more: Sequence[MorePicture]) -> list[bytes]:
    """The images, in the order of their entries."""
    ordered = sorted(more, key=lambda each: (each.role, each.place))
    return [each.png for each in ordered if each.png is not None]


def kept_bytes(jobs: Sequence[VideoJob]) -> Mapping[int, list[bytes]]:
    """Primary key → the further images that are still stored. One query."""
    pictures: dict[int, list[bytes]] = {}
    for row in JobPicture.objects.filter(job__in=jobs).exclude(path=""):
        pictures.setdefault(row.job_id, []).append(references.stored_bytes(row.path) or b"")
    return pictures


def drop_pictures(rows: Sequence[JobPicture]) -> None:
    """Delete the files of entries that were not saved, or whose job goes."""
    for row in rows:
        references.drop(row.path)


def _roles(submission: "Submission") -> set[PictureRole]:
    return {more.role for more in submission.more if more.png is not None}
