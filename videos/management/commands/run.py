"""`manage.py run`: run all processes on one machine."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from dashboard.folders import kept_paths, why_unwritable
from dashboard.private import make_private
from videos.jobs.health.schema import UnknownSchema, check_schema
from videos.management.exits import WRONG_SCHEMA
from videos.management.processes import Processes
from videos.management.static_files import collect_static
from videos.team.account_changes import has_admin
from videos.team.setup import needs_token, setup_link

# glibc would keep freed memory for each thread: up to a decoded picture for each. What is larger
# than this, in bytes, is given back at once (mallopt(3)).
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(4 * 1024 * 1024)}


class Command(BaseCommand):
    """Prepare the database and the static files, then start web, mirror and engine."""

    help = "Start Dailies: web, mirror, and the engine if it is needed."

    def handle(self, *args: Any, **options: Any) -> None:
        if trouble := why_unwritable(kept_paths()):
            raise CommandError(trouble)
        make_private(settings.DATA_DIR, group_reads_archive=bool(settings.X_ACCEL_PREFIX))
        try:
            # First of all, because a newer schema must not be touched. Missing migrations follow.
            check_schema(wholly=False)
        except UnknownSchema as error:
            raise CommandError(str(error), returncode=WRONG_SCHEMA) from error
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        collect_static()
        if needs_token() and not has_admin():
            self.stdout.write(f"Create the first admin at {setup_link()}")
            self.stdout.flush()
        python = sys.executable
        commands: dict[str, tuple[str, ...]] = {
            "web": (python, "-m", "dashboard.web"),
            "mirror": (python, "manage.py", "mirror"),
        }
        if settings.ENGINE_ENABLED:
            commands["engine"] = (python, "manage.py", "engine", "--quiet")
        sys.exit(Processes(commands, ALLOCATOR | os.environ | {"PYTHONUNBUFFERED": "1"}).run())
