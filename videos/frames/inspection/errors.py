"""Why can a file not be taken for a whole clip?"""

from videos.wire.text import gettext_noop


class MediaError(Exception):
    """The file is not a clip that was found whole. `reason` is a phrase for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotVideo(MediaError):
    """The file is something else: text, a picture, sound."""


class CutOff(MediaError):
    """Part of the clip is missing."""


class Unreadable(MediaError):
    """It may be a clip, but it can't be checked here: an unknown codec, damage, absurd tables."""


def missing(count: int) -> CutOff:
    """The error for a file that lacks so many bytes."""
    number = f"{count:,}"
    return CutOff(gettext_noop("the file is cut off: %(count)s bytes are missing", count=number))
