"""`manage.py ledger --check`: check that the ledger adds up. Exits with 1 if it doesn't."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Sum

from videos.billing.check import problems
from videos.billing.missing import book_missing
from videos.billing.money import amount_text, seconds_text
from videos.models import Charge, ChargeKind


class Command(BaseCommand):
    """Show the ledger's sums, check them, or add missing entries."""

    help = "Show the ledger's sums. With --check, exit with 1 if they don't add up."

    def add_arguments(self, parser: CommandParser) -> None:
        """Without options, the sums are shown."""
        parser.add_argument("--check", action="store_true", help="exit with 1 if it doesn't add up")
        parser.add_argument(
            "--book-missing", action="store_true", help="add missing entries of clips"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per sum, or one per problem."""
        if options["book_missing"]:
            self.stdout.write(f"Added the entries of {book_missing()} clips.")
        if options["check"]:
            self._check()
        elif not options["book_missing"]:
            self._sums()

    def _check(self) -> None:
        faults = problems()
        for problem in faults:
            self.stderr.write(str(problem))
        if faults:
            raise CommandError("The ledger doesn't add up.")
        self.stdout.write(f"The ledger adds up: {Charge.objects.count()} entries.")

    def _sums(self) -> None:
        rows = Charge.objects.values("currency", "kind").order_by("currency", "kind")
        for row in rows.annotate(amount=Sum("amount"), video=Sum("milliseconds")):
            kind = ChargeKind(row["kind"]).value
            amount = amount_text(row["amount"], row["currency"])
            self.stdout.write(f"{kind:<9} {amount:>14} {seconds_text(row['video']):>12}")
        sums = Charge.objects.values("currency").order_by("currency")
        for total in sums.annotate(amount=Sum("amount"), video=Sum("milliseconds")):
            amount = amount_text(total["amount"], total["currency"])
            self.stdout.write(f"committed {amount:>14} {seconds_text(total['video']):>12}")
