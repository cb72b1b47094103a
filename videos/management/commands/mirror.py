"""`manage.py mirror`: the background worker that keeps jobs in step with their providers."""

import os
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard.private import make_private
from videos.jobs.health.schema import UnknownSchema
from videos.management.exits import WRONG_SCHEMA
from videos.mirror import Mirror


class Command(BaseCommand):
    """Run a mirror until SIGTERM or Ctrl-C."""

    help = "Keep all video jobs in step with their providers. Any number may run."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        make_private(settings.DATA_DIR, group_reads_archive=bool(settings.X_ACCEL_PREFIX))
        mirror = Mirror()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: mirror.stopping.set())
        code = 0
        try:
            mirror.run(lambda: True)
        except UnknownSchema as error:
            self.stderr.write(self.style.ERROR(f"The mirror has stopped. {error}"))
            code = WRONG_SCHEMA
        if not mirror.stop():
            # A request is still waiting for its answer, and a normal exit would wait for its
            # thread. Its row says what was started; the next mirror finds out how it ended.
            os._exit(code)
        sys.exit(code)
