"""What can go wrong in the archive?"""


class ArchiveError(Exception):
    """Base of the archive's errors."""


class DiskFull(ArchiveError):
    """There is no space left; try again later."""


class LeaseLost(ArchiveError):
    """Another mirror has the job now, or this process was asked to stop."""


class NotAClip(ArchiveError):
    """The file isn't a video, or isn't complete. The message says which."""
