"""Named crash points for tests."""

import os
import signal

from django.conf import settings


def failpoint(name: str, of: str = "") -> None:
    """Kill this very process, as a power cut would, if a test asked for it at `name`, or at
    `name:of`, which is the public id of one job."""
    if name in settings.FAILPOINTS or f"{name}:{of}" in settings.FAILPOINTS:
        os.kill(os.getpid(), signal.SIGKILL)
