"""`manage.py engine`: serve the embedded engine as the settings say."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from dashboard.private import make_private
from engine.options import Options
from engine.server import run


class Command(BaseCommand):
    help = "Serve the Video API from this machine (the embedded engine)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.ENGINE_HOST)
        parser.add_argument("--port", type=int, default=settings.ENGINE_PORT)
        parser.add_argument("--quiet", action="store_true", help="don't print the address")

    def handle(self, *args: Any, **options: Any) -> None:
        make_private(settings.DATA_DIR, group_reads_archive=bool(settings.X_ACCEL_PREFIX))
        run(
            Options(
                data=settings.ENGINE_DIR,
                host=options["host"],
                port=options["port"],
                key=settings.ENGINE_KEY,
                expires_seconds=settings.ENGINE_EXPIRES_SECONDS,
                announces=not options["quiet"],
            )
        )
