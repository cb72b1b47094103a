"""What of a clip may be shown while members vote on it without knowing what made it?

The rule is the same for everyone, including admins and the clip's maker. Every place that
shows a clip's model, provider, price or parameters asks `as_shown` first; lists that are filtered
or sorted by them start from `VideoJobQuerySet.with_names`.
"""

from copy import copy
from datetime import datetime

from django.utils.translation import gettext, gettext_lazy

from videos.models.job import VideoJob
from videos.models.provider import Origin, Provider

HIDDEN = gettext_lazy("Hidden until the vote is closed")
# The same for programs.
HIDDEN_WORD = "hidden"
NOT_WHILE_BLIND = gettext_lazy(
    "This clip is part of an open vote. It can be used again once the vote is closed."
)


def as_shown(job: VideoJob, hidden: str = "") -> VideoJob:
    """`job`; of a clip in an open vote, a copy to show but never to save. Its model and provider
    are called `hidden`, and it has no price, no parameters and no words of the provider."""
    if not job.is_blind:
        return job
    name, seen = hidden or gettext(str(HIDDEN)), copy(job)
    seen.model, seen.provider = name, Provider(name=name, origin=Origin.ADMIN)
    seen.price, seen.extra, seen.remote = None, {}, {}
    seen.remote_id = seen.remote_status = ""
    seen.error_code = seen.error_message = seen.attention = ""
    return seen


def shown_expiry(job: VideoJob) -> datetime | None:
    """When the provider deletes the clip; None in an open vote, because providers keep clips for
    different times."""
    return None if job.is_blind else job.expires_at
