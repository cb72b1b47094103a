"""`manage.py seed --jobs N`: fill the gallery with finished jobs, for demos and benchmarks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from videos.management.seeding import seed


class Command(BaseCommand):
    """Create N finished jobs."""

    help = "Fill the gallery with finished jobs, which share the files of a few clips."

    def add_arguments(self, parser: CommandParser) -> None:
        """The number of jobs, and what they have."""
        parser.add_argument("--jobs", type=int, default=300, help="how many (300)")
        parser.add_argument(
            "--reviewed",
            action="store_true",
            help="with tags, comments, decisions, ratings and favourites",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the jobs and show the progress."""
        count = options["jobs"]
        seed(
            count,
            lambda done: self.stderr.write(f"\r{done:,} of {count:,} jobs", ending=""),
            reviewed=options["reviewed"],
        )
        self.stderr.write("")
