"""Which picture does a new clip start from: an upload, a frame, or an earlier clip's own?"""

from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from videos.archive.uploads import picture, references
from videos.gallery.composer.catalogue import shown_offers
from videos.gallery.composer.forms import PAD
from videos.gallery.composer.reuse import clip_to_reuse
from videos.gallery.composer.start import Start
from videos.jobs.errors import ValidationFailed
from videos.jobs.media.frame import FrameUsed, frame_of
from videos.jobs.submission.again import REFERENCE_GONE
from videos.models import VideoJob
from videos.team.access import member_of
from videos.wire import parse_size


@dataclass(frozen=True)
class Picture:
    """A picture as it will be sent on, whether it was padded, and the frame that it is."""

    png: bytes | None = None
    padded: bool = False
    frame: FrameUsed | None = None


def picture_for(request: HttpRequest, start: Start | None, size: str) -> Picture:
    """The picture that the form asks for. A file that was chosen comes first. Raises
    ValidationFailed."""
    sent, data = request.FILES.get("reference"), request.POST
    wants_frame = bool(start and start.has_frame and data.get("use_frame"))
    reused = clip_to_reuse(member_of(request), data.get("reference_of", ""))
    if sent is None and wants_frame and reused is not None:
        raise ValidationFailed({"reference": _("Choose the frame or the reference image.")})
    if sent is None and not wants_frame and reused is None:
        return Picture()
    fits = _pixels(data.get("model", ""), size)
    padded = data.get("fit") == PAD and fits is not None
    if sent is None and wants_frame:
        assert start is not None
        png, frame = frame_of(start.job, start.moment, fits, pad=padded)
        return Picture(png, padded, frame)
    if sent is None:
        assert reused is not None
        return _kept(reused, size, fits, padded=padded)
    try:
        return Picture(picture.read(sent, fits, pad=padded), padded)
    except picture.Unusable as unusable:
        raise ValidationFailed({"reference": str(unusable)}) from unusable


def _pixels(slug: str, size: str) -> tuple[int, int] | None:
    """What to fit a picture to. A size that is not offered is refused anyway, so nothing is."""
    offer = next((each for each in shown_offers() if each.slug == slug), None)
    return parse_size(size) if offer is not None and offer.takes_size(size) else None


def _kept(job: VideoJob, size: str, fits: tuple[int, int] | None, *, padded: bool) -> Picture:
    """The picture of an earlier clip: unchanged for that clip's size, fitted again for another."""
    kept = references.kept(job.reference)
    if kept is None:
        raise ValidationFailed({"reference": str(REFERENCE_GONE)})
    if size == job.size:
        return Picture(kept, job.padded)
    upload = SimpleUploadedFile("reference.png", kept, "image/png")
    try:
        return Picture(picture.read(upload, fits, pad=padded), padded)
    except picture.Unusable as unusable:
        raise ValidationFailed({"reference": str(unusable)}) from unusable
