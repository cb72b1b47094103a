"""When is a failed step tried again, and when is it given up?"""

import random
from datetime import timedelta

from django.conf import settings

from videos.models.lease import Leased

# A step that was claimed this often without a result ends its worker each time.
POISON = "{step} ended the background worker several times. Look at its log."


def backoff(attempts: int, *, cap: float = 300) -> timedelta:
    """How long to wait after the `attempts`-th failure in a row: 2, 4, 8 … `cap` s, jittered."""
    return timedelta(seconds=min(2.0 ** min(attempts, 12), cap) * random.uniform(0.75, 1.25))  # noqa: S311


def is_poison(row: Leased) -> bool:
    """Return True if the row was claimed too often without a result to be tried again."""
    return row.claims > settings.MAX_CLAIMS
