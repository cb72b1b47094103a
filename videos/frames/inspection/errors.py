"""Why isn't a file an intact clip?"""

from videos.wire.text import gettext_noop


class MediaError(Exception):
    """The file isn't known to be an intact clip. `reason` is a phrase for people."""

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
    """The error for a file that lacks this many bytes."""
    number = f"{count:,}"
    return CutOff(gettext_noop("the file is cut off: %(count)s bytes are missing", count=number))
