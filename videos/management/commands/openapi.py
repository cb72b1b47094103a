"""`manage.py openapi`: write the OpenAPI file of the gateway."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.gateway.description import FILE
from videos.gateway.spec.build import openapi_text


class Command(BaseCommand):
    """Write the file, or check it."""

    help = "Write videos/gateway/openapi.json from the structs and the table of paths."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if stale")

    def handle(self, *args: Any, **options: Any) -> None:
        text = openapi_text()
        if FILE.read_text() == text:
            return
        if options["check"]:
            raise CommandError(f"{FILE.name} is out of date. Run “manage.py openapi”.")
        FILE.write_text(text)
