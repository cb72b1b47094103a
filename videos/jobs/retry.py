"""When is a failed step tried again, and when is it given up?"""

import random
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from videos.models.lease import Leased
from videos.wire.text import gettext_noop


@dataclass(frozen=True)
class RetryPolicy:
    """How one kind of step is retried: exponential back-off with jitter.

    `base` and `cap` are the first and the longest wait in seconds; each wait is about twice the one
    before. After `max_tries` failures in a row (None: never) the step is given up. `step` names it
    for people.
    """

    step: str
    base: float = 2
    cap: float = 60
    max_tries: int | None = None

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after the `attempts`-th failure in a row."""
        seconds = min(self.base * 2.0 ** min(attempts - 1, 12), self.cap)
        return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311

    def is_over(self, attempts: int) -> bool:
        """Return True if this was the last try."""
        return self.max_tries is not None and attempts >= self.max_tries

    def poison(self, row: Leased) -> str:
        """The message for a row whose step has crashed the mirror too often; empty otherwise."""
        if row.claims <= settings.MAX_CLAIMS:
            return ""
        return gettext_noop(
            "The background worker crashed %(count)d times in a row at this step: %(step)s. "
            "See its log.",
            step=self.step,
            count=row.claims - 1,
        )


SEND = RetryPolicy(gettext_noop("Sending it"))
SEND_CHARACTER = RetryPolicy(gettext_noop("Sending the character"))
SEARCH_LIST = RetryPolicy(gettext_noop("Searching the provider's list"), cap=300)
POLL = RetryPolicy(gettext_noop("Checking its status"))
POLL_MISSING = RetryPolicy(gettext_noop("Checking its status"), base=16, cap=240)
DOWNLOAD = RetryPolicy(gettext_noop("Downloading it"), cap=300)
READ_LIST = RetryPolicy(gettext_noop("Reading the list"), max_tries=8)
IMPORT = RetryPolicy(gettext_noop("Importing it"), max_tries=8)
DELETE = RetryPolicy(gettext_noop("Deleting it"), base=8, cap=3600, max_tries=8)
TEST_CONNECTION = RetryPolicy(gettext_noop("Testing the connection"))
READ_CATALOGUE = RetryPolicy(gettext_noop("Reading the list of models"))
SEND_NOTICE = RetryPolicy("Sending the notice", base=15, cap=3600)
SEND_WEBHOOK = RetryPolicy("Sending the webhook", base=5, cap=7200)
BULK = RetryPolicy(gettext_noop("An action on many clips"))
TAKE_STEP = RetryPolicy(gettext_noop("This job's next step"))
TROUBLE = RetryPolicy(gettext_noop("The provider"))
UNREADABLE = RetryPolicy(gettext_noop("The provider"), base=15, cap=600)
DATABASE = RetryPolicy(gettext_noop("The database"), base=1, cap=10)
RESTART = RetryPolicy(gettext_noop("Starting the process"), base=1, cap=30, max_tries=5)
