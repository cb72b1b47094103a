"""`manage.py verify_media`: check all archived files. Exits with 1 if any isn't intact."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.archive import check
from videos.jobs.media.verify import verify
from videos.management.progress import Progress
from videos.models import Asset


class Command(BaseCommand):
    """Check every file of the archive, and mark clips whose files are missing or damaged."""

    help = "Check the size and hash of every archived file. Exits with 1 if any isn't intact."

    def add_arguments(self, parser: CommandParser) -> None:
        """How thorough the check is."""
        parser.add_argument("--quick", action="store_true", help="existence and size only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each file that isn't intact."""
        total = Asset.objects.count()
        if total and check.is_away():
            raise CommandError(
                "The archive's folder is empty or missing. Is its disk mounted? No clip was marked."
            )
        bar, wrong = Progress(), 0

        def progress(looked_at: int) -> None:
            bar.show(100 * looked_at // max(total, 1), _status(looked_at, total))

        for problem in verify(quick=options["quick"], progress=progress):
            bar.end()
            self.stdout.write(f"{problem.public_id}: {problem.message} ({problem.path})")
            wrong += 1
        bar.end()
        if wrong:
            raise CommandError(f"{wrong} of {total} files are missing or damaged.")
        self.stdout.write(f"All {total} files are intact.")


def _status(looked_at: int, total: int) -> str:
    """The progress in steps of a tenth, because each new text becomes a line in a log."""
    step = max(1, total // 10)
    return f"{looked_at // step * step if looked_at < total else total} of {total} files"
