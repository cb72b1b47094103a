"""Which frame of an earlier clip does a new one start from?"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.archive.uploads import frames, picture
from videos.frames.still import ROUNDED_END
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.capabilities import can
from videos.models import CatalogueModel, VideoJob
from videos.models.measures import measures_of
from videos.models.timecode import read_timecode

# The value for the last frame in a URL or a form.
LAST = "last"

NOT_HERE = gettext_lazy("This clip isn't archived yet, so no frame can be taken from it.")
OUTSIDE = gettext_lazy("This clip has %(seconds)s seconds. Choose a moment within it.")
UNSUPPORTED = gettext_lazy("The models that are enabled don't support reference images.")


@dataclass(frozen=True)
class FrameUsed:
    """A frame from which a new clip is made: its clip, and its time there in seconds."""

    source: VideoJob
    at: Decimal


def why_no_frame(job: VideoJob) -> str:
    """Why no clip can start from a frame of `job`, whichever model makes it; empty if one can.
    One query."""
    if job.archived_at is None:
        return str(NOT_HERE)
    models = CatalogueModel.objects.usable()
    return "" if any(takes_first_frame(model) for model in models) else str(UNSUPPORTED)


def takes_first_frame(model: CatalogueModel) -> bool:
    """Return True if a clip of this model can start from a picture."""
    return can(model.provider, "reference") and model.takes_frame("first")


def outside_clip(job: VideoJob, moment: Decimal | None) -> str:
    """Why there is no such moment, by the clip's measured length; empty if there is one."""
    seconds = measures_of(job).seconds
    if moment is None or not seconds or float(moment) <= seconds + ROUNDED_END:
        return ""
    return OUTSIDE % {"seconds": f"{seconds:.1f}"}


def read_moment(text: str) -> Decimal | None:
    """Seconds from a clip's beginning, as `2.5` or `0:02.5`; None for the last frame.

    Raises ValidationFailed for anything else.
    """
    if text.strip() == LAST:
        return None
    try:
        return read_timecode(text)
    except ValueError as error:
        message = _("Write the time of the frame as seconds, such as 2.5, or as 0:02.5.")
        raise ValidationFailed({"reference": message}) from error


def frame_of(
    job: VideoJob, moment: Decimal | None, size: tuple[int, int] | None, *, pad: bool
) -> tuple[bytes, FrameUsed]:
    """The frame as a PNG of `size`, read from our own copy, and where it comes from.

    Raises ValidationFailed.
    """
    try:
        frame = frames.take(job.public_id, moment, size, pad=pad)
    except frames.OutsideClip as outside:
        message = OUTSIDE % {"seconds": f"{outside.seconds:.1f}"}
        raise ValidationFailed({"reference": message}) from outside
    except frames.NoFrame as missing:
        message = _("The frame can't be read from this clip: %(reason)s.")
        raise ValidationFailed({"reference": message % {"reason": missing}}) from missing
    except picture.Unusable as unusable:
        raise ValidationFailed({"reference": str(unusable)}) from unusable
    return frame.png, FrameUsed(job, frame.at)
