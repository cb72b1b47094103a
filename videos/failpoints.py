"""Named crash points for tests."""

import os
import signal

from django.conf import settings


def failpoint(name: str, of: str = "") -> None:
    """Kill this process with SIGKILL if a test set the failpoint `name`, or `name:of`, where `of`
    is a job's public id."""
    if name in settings.FAILPOINTS or f"{name}:{of}" in settings.FAILPOINTS:
        os.kill(os.getpid(), signal.SIGKILL)
