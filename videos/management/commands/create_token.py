"""`manage.py create_token USERNAME`: create an access token for scripts.

The token is the last word of the output.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.models import Action, Member, Project, may
from videos.team import tokens


class Command(BaseCommand):
    """Create one token."""

    help = "Create a member's access token for scripts (/v1 and /api). It's shown only once."

    def add_arguments(self, parser: CommandParser) -> None:
        """The member, and the token's name, scopes, project and lifetime."""
        parser.add_argument("username")
        parser.add_argument("--name", default="command line", help="what it is for")
        parser.add_argument(
            "--scopes",
            default="",
            help="“read”, “read,review” or “read,write” (as much as the member may)",
        )
        parser.add_argument("--project", default="", help="the slug of the project for its clips")
        parser.add_argument("--days", type=int, help="days until it expires (default: never)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token."""
        member = Member.objects.filter(username=options["username"], is_active=True).first()
        if member is None:
            raise CommandError(f"No active member is called “{options['username']}”.")
        scopes_text = options["scopes"] or (
            "read,write" if may(member, Action.GENERATE) else "read"
        )
        # Each scope includes those before it: following a job requires reading it.
        requested = set(scopes_text.replace(",", " ").split())
        largest = next((each for each in ("write", "review") if each in requested), "")
        is_valid = requested <= {"read", "review", "write"}
        scopes = f"read {largest}".strip() if is_valid else " ".join(requested)
        project = Project.objects.open().filter(slug=options["project"]).first()
        if options["project"] and project is None:
            raise CommandError(f"No open project is called “{options['project']}”.")
        try:
            token = tokens.issue(member, options["name"], scopes, options["days"], project)
        except tokens.Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{member.username} ({scopes}): {token}")
