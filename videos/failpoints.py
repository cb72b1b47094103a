"""Where may a test pull the plug?"""

import os
import signal

from django.conf import settings


def failpoint(name: str, of: str = "") -> None:
    """Kill this very process, as a power cut would, if a test asked for it at `name`, or at
    `name:of`, which is the public id of one job."""
    if settings.FAILPOINTS and not settings.FAILPOINTS.isdisjoint({name, f"{name}:{of}"}):
        os.kill(os.getpid(), signal.SIGKILL)
