"""`manage.py verify_media`: is every archived file there, whole? 1 as the exit code if not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.archive import check
from videos.jobs.media.verify import verify
from videos.management.progress import Progress
from videos.models import Asset


class Command(BaseCommand):
    """Look at every file of the archive, and mark the clips whose files are not sound."""

    help = "Check every archived file against its size and hash; exits with 1 if any is not sound."

    def add_arguments(self, parser: CommandParser) -> None:
        """How thoroughly."""
        parser.add_argument("--quick", action="store_true", help="existence and size only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each file that is not sound."""
        total = Asset.objects.count()
        if total and check.is_away():
            raise CommandError(
                "The archive's folder is empty or not there. Is its disk mounted? "
                "Nothing was marked."
            )
        bar, wrong = Progress(), 0

        def progress(looked_at: int) -> None:
            bar.show(100 * looked_at // max(total, 1), _words(looked_at, total))

        for finding in verify(quick=options["quick"], progress=progress):
            bar.end()
            self.stdout.write(f"{finding.public_id}: {finding.words} ({finding.path})")
            wrong += 1
        bar.end()
        if wrong:
            raise CommandError(f"{wrong} of {total} files are not as they were stored.")
        self.stdout.write(f"{total} files are as they were stored.")


def _words(looked_at: int, total: int) -> str:
    """Steps of a hundredth: a log that is no terminal gets a line for each new word."""
    step = max(1, total // 10)
    return f"{looked_at // step * step if looked_at < total else total} of {total} files"
