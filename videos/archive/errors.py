"""What can go wrong in the archive?"""


class ArchiveError(Exception):
    """Base of the archive's errors."""


class DiskFull(ArchiveError):
    """There is no space left; try again later."""


class LeaseLost(ArchiveError):
    """Another worker has the job now, or this process has been asked to stop."""


class NotAClip(ArchiveError):
    """The file is not a video, or not a complete one. The message says which."""
