"""Which picture does a new clip start from: an upload, a frame, or an earlier clip's own?"""

from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from videos.archive.uploads import picture, references
from videos.gallery.composer.catalogue import shown_models
from videos.gallery.composer.forms import PAD
from videos.gallery.composer.reuse import clip_to_reuse
from videos.gallery.composer.start import Start
from videos.jobs.errors import ValidationFailed
from videos.jobs.media.frame import FrameUsed, frame_of
from videos.jobs.media.library import fitted
from videos.jobs.submission.pictures import FIRST_FIELD, GUIDE_FIELDS, LAST_FIELD, MorePicture
from videos.jobs.submission.retry import REFERENCE_GONE
from videos.models import Picture as LibraryPicture
from videos.models import PictureRole, VideoJob
from videos.team.access import member_of
from videos.wire import parse_size
from videos.wire.values import whole_number


@dataclass(frozen=True)
class Picture:
    """A picture as it will be sent on, whether it was padded, and the frame that it is."""

    png: bytes | None = None
    padded: bool = False
    frame: FrameUsed | None = None
    # The library's picture that it is.
    more: tuple[MorePicture, ...] = ()


def picture_for(request: HttpRequest, start: Start | None, size: str) -> Picture:
    """The picture that the form asks for. A file that was chosen comes first. Raises
    ValidationFailed."""
    sent, data = request.FILES.get("reference"), request.POST
    chosen = _chosen(data.get(FIRST_FIELD, ""), FIRST_FIELD)
    wants_frame = bool(start and start.has_frame and data.get("use_frame"))
    reused = clip_to_reuse(member_of(request), data.get("reference_of", ""))
    others = [wants_frame, reused is not None, chosen is not None]
    if sent is None and sum(others) > 1:
        raise ValidationFailed({"reference": _("Choose one picture for the first frame.")})
    if sent is None and not any(others):
        return Picture()
    fits = _pixels(data.get("model", ""), size)
    padded = data.get("fit") == PAD and fits is not None
    if sent is None and wants_frame:
        assert start is not None
        png, frame = frame_of(start.job, start.moment, fits, pad=padded)
        return Picture(png, padded, frame)
    if sent is None and chosen is not None:
        more = MorePicture(PictureRole.FIRST, picture=chosen)
        return Picture(fitted(chosen, fits, pad=padded), padded, None, (more,))
    if sent is None:
        assert reused is not None
        return _kept(reused, size, fits, padded=padded)
    try:
        return Picture(picture.read(sent, fits, pad=padded), padded)
    except picture.Unusable as unusable:
        raise ValidationFailed({"reference": str(unusable)}) from unusable


def more_pictures(request: HttpRequest, size: str) -> list[MorePicture]:
    """The library's pictures that the form asks for beside the first frame. Raises
    ValidationFailed."""
    data, pictures = request.POST, list[MorePicture]()
    if last := _chosen(data.get(LAST_FIELD, ""), LAST_FIELD):
        fits = _pixels(data.get("model", ""), size)
        pad = data.get("fit") == PAD and fits is not None
        pictures.append(MorePicture(PictureRole.LAST, fitted(last, fits, pad=pad), 0, last))
    guides = [_chosen(data.get(name, ""), name) for name in GUIDE_FIELDS]
    for place, guide in enumerate(guide for guide in guides if guide is not None):
        png = fitted(guide, None, pad=False)
        pictures.append(MorePicture(PictureRole.GUIDE, png, place, guide))
    return pictures


def _chosen(text: str, field: str) -> LibraryPicture | None:
    """The picture of the library that a select names. Raises ValidationFailed."""
    if not text:
        return None
    key = whole_number(text)
    row = None if key is None else LibraryPicture.objects.live().filter(pk=key).first()
    if row is None:
        raise ValidationFailed({field: _("That picture was deleted. Choose another.")})
    return row


def _pixels(slug: str, size: str) -> tuple[int, int] | None:
    """What to fit a picture to. A size that is not offered is refused anyway, so nothing is."""
    model = next((each for each in shown_models() if each.slug == slug), None)
    return parse_size(size) if model is not None and model.takes_size(size) else None


def _kept(job: VideoJob, size: str, fits: tuple[int, int] | None, *, padded: bool) -> Picture:
    """The picture of an earlier clip: unchanged for that clip's size, fitted again for another."""
    data = references.stored_bytes(job.reference)
    if data is None:
        raise ValidationFailed({"reference": str(REFERENCE_GONE)})
    if size == job.size:
        return Picture(data, job.padded)
    upload = SimpleUploadedFile("reference.png", data, "image/png")
    try:
        return Picture(picture.read(upload, fits, pad=padded), padded)
    except picture.Unusable as unusable:
        raise ValidationFailed({"reference": str(unusable)}) from unusable
