"""What can keep bytes from arriving?"""


class ArchiveError(Exception):
    """Base of what may go wrong with our own copy."""


class DiskFull(ArchiveError):
    """There is no room; it is worth trying again later."""


class LeaseLost(ArchiveError):
    """Another worker has the job now, or this process has been asked to stop."""


class NotAClip(ArchiveError):
    """What came is not a video, or not a whole one. The message says which."""
