"""`manage.py mirror`: the worker that keeps every row and its provider in step."""

import os
import signal
from typing import Any

from django.core.management.base import BaseCommand

from videos.mirror import Mirror


class Command(BaseCommand):
    """Run a mirror until SIGTERM or Ctrl-C."""

    help = "Keep all video jobs in step with their providers. Any number may run."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        mirror = Mirror()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: mirror.stopping.set())
        mirror.run(lambda: True)
        if not mirror.stop():
            # A call still waits for its answer. Its row says what was begun; the next mirror
            # finds out how it ended. Threads would keep a plain exit waiting for them.
            os._exit(0)
