"""What happens if the clock was ahead and has been set back?

Times that were stored while it was ahead are further in the future than any of our waits. Those
rows would rest for as long as the clock was wrong, so they are made due now.
"""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from videos.models import Character, ImportRequest, Listing, Provider, RemoteDeletion, VideoJob

log = logging.getLogger(__name__)

# The longest waits, with a margin. A provider's `Retry-After` is followed for up to ten minutes;
# deletions and readings of the models wait about an hour.
HOUR, HOURS = timedelta(hours=1), timedelta(hours=2)


def make_overdue_rows_due() -> int:
    """Make rows due now that are due later than they can be; returns how many."""
    readings = max(HOURS, 2 * timedelta(minutes=settings.LIST_CHECK_MINUTES))
    pulled = sum(
        (
            _pull_in(VideoJob, "due_at", HOUR),
            _pull_in(Character, "due_at", HOUR),
            _pull_in(ImportRequest, "due_at", HOUR),
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
            "made %d rows due that were too far in the future; was the clock set back?", pulled
        )
    return pulled


def _pull_in(model: type[Model], field: str, longest: timedelta) -> int:
    now = timezone.now()
    rows: Any = model._default_manager.filter(**{f"{field}__gt": now + longest})
    return int(rows.update(**{field: now}))
