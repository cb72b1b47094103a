"""Why can a file not be taken for a whole clip?"""


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
