"""Where may a test pull the plug?"""

import os
import signal

from django.conf import settings


def failpoint(name: str) -> None:
    """Kill this very process, as a power cut would, if a test asked for it at `name`."""
    if name in settings.FAILPOINTS:
        os.kill(os.getpid(), signal.SIGKILL)
