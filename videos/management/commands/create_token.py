"""`manage.py create_token USERNAME`: a token for scripts, printed last on its line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.models import Action, Member, Project, may
from videos.team import tokens


class Command(BaseCommand):
    """Make one token."""

    help = "Make an access token of a member for scripts (/v1 and /api); it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, what for, what it may, how long."""
        parser.add_argument("username")
        parser.add_argument("--name", default="command line", help="what it is for")
        parser.add_argument(
            "--scopes",
            default="",
            help="“read”, “read,review” or “read,write” (as much as the member may)",
        )
        parser.add_argument("--project", default="", help="the slug of the project for its clips")
        parser.add_argument("--days", type=int, help="how long it works (until it is revoked)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        member = Member.objects.filter(username=options["username"], is_active=True).first()
        if member is None:
            raise CommandError(f"There is no active member “{options['username']}”.")
        given = options["scopes"] or ("read,write" if may(member, Action.GENERATE) else "read")
        # Each scope includes those before it: nobody can follow a job without reading.
        asked = set(given.replace(",", " ").split())
        largest = next((each for each in ("write", "review") if each in asked), "")
        known = asked <= {"read", "review", "write"}
        scopes = f"read {largest}".strip() if known else " ".join(asked)
        project = Project.objects.open().filter(slug=options["project"]).first()
        if options["project"] and project is None:
            raise CommandError(f"There is no open project “{options['project']}”.")
        try:
            token = tokens.issue(member, options["name"], scopes, options["days"], project)
        except tokens.Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{member.username} ({scopes}): {token}")
