"""What if the clock was ahead, and has been set back?

What was written meanwhile lies farther ahead than any wait of ours. Nobody would look at it for
as long as the clock was wrong, so it's due now.
"""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from videos.models import Character, Inquiry, Listing, Provider, RemoteDeletion, VideoJob

log = logging.getLogger(__name__)

# The longest that anything waits by itself, with a margin. A provider's `Retry-After` counts up to
# ten minutes; deletions and readings of the models wait about an hour.
HOUR, HOURS = timedelta(hours=1), timedelta(hours=2)


def pull_in() -> int:
    """Make due what lies farther ahead than it can. Returns how many rows that were."""
    readings = max(HOURS, 2 * timedelta(minutes=settings.ORPHAN_CHECK_MINUTES))
    pulled = sum(
        (
            _pull_in(VideoJob, "due_at", HOUR),
            _pull_in(Character, "due_at", HOUR),
            _pull_in(Inquiry, "due_at", HOUR),
            _pull_in(RemoteDeletion, "due_at", HOURS),
            _pull_in(Listing, "due_at", readings),
            _pull_in(Provider, "due_at", HOURS),
            _pull_in(Provider, "probe_due_at", HOURS),
            _pull_in(Provider, "paused_until", HOUR),
            _pull_in(Provider, "polls_after", HOUR),
            _pull_in(Provider, "calls_after", HOUR),
        )
    )
    if pulled:
        log.warning(
            "%d rows were due too far ahead, as by a clock set back: they're due now", pulled
        )
    return pulled


def _pull_in(model: type[Model], field: str, longest: timedelta) -> int:
    now = timezone.now()
    rows: Any = model._default_manager.filter(**{f"{field}__gt": now + longest})
    return int(rows.update(**{field: now}))
