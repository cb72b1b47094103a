"""`manage.py seed --jobs N`: a gallery full of finished jobs, for trials and benchmarks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from videos.management.seeding import seed


class Command(BaseCommand):
    """Write N finished jobs."""

    help = "Fill the gallery with finished jobs; their files are shared from a handful of clips."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--jobs`."""
        parser.add_argument("--jobs", type=int, default=300, help="how many (300)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and say how far it is."""
        count = options["jobs"]
        seed(count, lambda done: self.stderr.write(f"\r{done:,} of {count:,} jobs", ending=""))
        self.stderr.write("")
