"""How does a picture come into the team's reference library, and how does it leave?"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.archive.uploads import library, picture
from videos.jobs.errors import ValidationFailed
from videos.jobs.media.frame import frame_of
from videos.jobs.sanitize import plain
from videos.models import Action, AuditAction, Member, Picture, VideoJob, may, record
from videos.models.lineage import keep_frames_of
from videos.models.picture import MAX_PICTURE_NAME

# For at least this long, deleting can be undone.
KEPT_DELETED = timedelta(days=1)
MAX_PICTURES = 2000

NOT_YOURS = gettext_lazy("Only the member who added this picture, or an admin, can change it.")
FULL = gettext_lazy("The library is full. Delete pictures you no longer need.")


def add_picture(member: Member, name: str, png: bytes) -> Picture:
    """Add an upload, as `picture.read` returns it. Raises ValidationFailed."""
    return _add(member, _checked(name), png)


def add_frame(member: Member, name: str, job: VideoJob, moment: Decimal | None) -> Picture:
    """Add a frame of a clip, in its full size. Raises ValidationFailed."""
    name = _checked(name)
    png, used = frame_of(job, moment, None, pad=False)
    return _add(member, name, png, job, used.at)


def rename_picture(member: Member, row: Picture, name: str) -> None:
    """Give a picture another name. Raises ValidationFailed."""
    _refuse_others(member, row)
    Picture.objects.filter(pk=row.pk).update(name=_checked(name))


def delete_picture(member: Member, row: Picture, *, deleted: bool = True) -> None:
    """Delete or restore a picture. Clips that were made with it keep their copies.

    Raises ValidationFailed.
    """
    _refuse_others(member, row)
    if deleted:
        _forget_deleted()
    with transaction.atomic():
        Picture.objects.filter(pk=row.pk).update(deleted_at=timezone.now() if deleted else None)
        if deleted:
            record(AuditAction.PICTURE_DELETED, row, member=member)


def fitted(row: Picture, size: tuple[int, int] | None, *, pad: bool) -> bytes:
    """The picture as a PNG of `size`. Raises ValidationFailed."""
    try:
        return library.fitted(row.path, size, pad=pad)
    except FileNotFoundError as error:
        message = _("The picture “%(name)s” is no longer stored.") % {"name": row.name}
        raise ValidationFailed({"reference": message}) from error
    except picture.Unusable as unusable:
        raise ValidationFailed({"reference": str(unusable)}) from unusable


def _add(
    member: Member,
    name: str,
    png: bytes,
    source: VideoJob | None = None,
    at: Decimal | None = None,
) -> Picture:
    if Picture.objects.live().count() >= MAX_PICTURES:
        raise ValidationFailed({"": str(FULL)})
    stored = library.keep(png)
    return Picture.objects.create(maker=member, name=name, source=source, at=at, **vars(stored))


def _forget_deleted() -> None:
    """Permanently delete pictures whose deletion can no longer be undone."""
    rows = Picture.objects.filter(deleted_at__lt=timezone.now() - KEPT_DELETED)
    for row in rows[:100]:
        with transaction.atomic():
            keep_frames_of(row)
            row.delete()
        library.drop(row.path)


def _refuse_others(member: Member, row: Picture) -> None:
    if not may(member, Action.CHANGE, row):
        raise ValidationFailed({"": str(NOT_YOURS)})


def _checked(name: str) -> str:
    name = " ".join(plain(name).split())
    if not name:
        raise ValidationFailed({"name": _("Type a name.")})
    if len(name) > MAX_PICTURE_NAME:
        message = _("Use at most %(limit)d characters.") % {"limit": MAX_PICTURE_NAME}
        raise ValidationFailed({"name": message})
    return name
