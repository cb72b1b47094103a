"""What may a provider hold that leaves no trace here, once a clip is deleted?

While a job is `unsure`, it isn't known whether its provider made a clip, or under which ID. Purging
the job can't delete that clip, so the page warns before deleting.
"""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.gallery.shell.numbers import counted
from videos.models import JobStatus, VideoJob, as_shown

# A trash that is larger is not counted to its end: its page must not take longer for it.
LOOK_AT = 10_000


def may_be_left_behind(job: VideoJob) -> bool:
    """Return True if its provider may have a clip whose id we don't know."""
    return job.status == JobStatus.UNSURE


def count_of(rows: QuerySet[VideoJob]) -> int:
    """How many of `rows`, which are ordered, could leave one behind."""
    unsure = Count("pk", filter=Q(status=JobStatus.UNSURE))
    count: int = rows[:LOOK_AT].aggregate(unsure=unsure)["unsure"]
    return count


def warning_of(job: VideoJob) -> str:
    """What is to be said when this job is deleted; "" for most."""
    if not may_be_left_behind(job):
        return ""
    text = _("We couldn't confirm whether %(provider)s made it. A copy may remain there.")
    return text % {"provider": as_shown(job).provider}


def warning_of_many(count: int) -> str:
    """The same for `count` of those that were deleted together."""
    if not count:
        return ""
    text = ngettext(
        "We couldn't confirm whether %(count)s of them was made. It may remain at the provider.",
        "We couldn't confirm whether %(count)s of them were made. They may remain at the provider.",
        count,
    )
    return counted(text, count)
