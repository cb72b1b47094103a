"""`manage.py create_token USERNAME`: a token for scripts, printed last on its line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.models import Action, Member, may
from videos.team import tokens


class Command(BaseCommand):
    """Make one token."""

    help = "Make an access token of a member for the gateway (/v1); it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, what for, what it may, how long."""
        parser.add_argument("username")
        parser.add_argument("--name", default="command line", help="what it is for")
        parser.add_argument(
            "--scopes", default="", help="“read” or “read,write” (as much as the member may)"
        )
        parser.add_argument("--days", type=int, help="how long it works (until it is revoked)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        member = Member.objects.filter(username=options["username"], is_active=True).first()
        if member is None:
            raise CommandError(f"There is no active member “{options['username']}”.")
        given = options["scopes"] or ("read,write" if may(member, Action.GENERATE) else "read")
        # Whoever may write may read: one cannot follow a job otherwise.
        asked = set(given.replace(",", " ").split())
        scopes = "read write" if asked in ({"write"}, {"read", "write"}) else " ".join(asked)
        try:
            token = tokens.issue(member, options["name"], scopes, options["days"])
        except tokens.Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{member.username} ({scopes}): {token}")
