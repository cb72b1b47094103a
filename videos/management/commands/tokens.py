"""`manage.py tokens list`, `manage.py tokens revoke NUMBER`: everyone's access tokens."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from videos.models import AccessToken, Member
from videos.team.tokens import named, revoke, revoke_all


class Command(BaseCommand):
    """List and revoke access tokens."""

    help = "List and revoke access tokens. To create one, see create_token."

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand each."""
        commands = parser.add_subparsers(dest="do", required=True)
        listing = commands.add_parser("list", help="list the tokens that aren't revoked")
        listing.add_argument("--member", metavar="USERNAME", help="of this member only")
        revoking = commands.add_parser("revoke", help="revoke a token, or all of a member")
        which = revoking.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "token", nargs="?", help="its number in the list, or how it begins, such as dly_x1y2z3"
        )
        which.add_argument("--member", metavar="USERNAME", help="all tokens of this member")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per token. Raises CommandError if there is no such token or member."""
        do = {"list": self._list, "revoke": self._revoke}
        do[options["do"]](options)

    def _list(self, options: dict[str, Any]) -> None:
        rows = AccessToken.objects.unrevoked()
        if options["member"]:
            rows = rows.filter(member=_member(options["member"]))
        self._print(rows, "There are no access tokens.")

    def _print(self, rows: QuerySet[AccessToken], nothing: str) -> None:
        lines = [_line(row) for row in rows.select_related("member", "project").order_by("pk")]
        for line in lines or [nothing]:
            self.stdout.write(line)

    def _revoke(self, options: dict[str, Any]) -> None:
        if options["member"]:
            count = revoke_all(_member(options["member"]))
            self.stdout.write(f"Revoked: {count}.")
            return
        tokens = list(named(options["token"]).select_related("member"))
        if not tokens:
            raise CommandError("No such token. “manage.py tokens list” shows all.")
        if len(tokens) > 1:
            raise CommandError("More than one token begins like this. Use its number.")
        token = tokens[0]
        if revoke(token.member, token.pk) is None:
            raise CommandError(f"{token} was revoked already.")
        self.stdout.write(f"Revoked {token} of {token.member.username}.")


def _member(username: str) -> Member:
    member = Member.objects.filter(username=username, erased_at=None).first()
    if member is None:
        raise CommandError(f"No member is called “{username}”.")
    return member


def _line(token: AccessToken) -> str:
    owner = token.member.username
    parts = [
        f"{token.pk:>4}",
        f"{token.prefix}…",
        owner if token.member.is_active else f"{owner} (deactivated)",
        f"“{token.name}”",
        token.scopes.replace(" ", ","),
        f"project {token.project.slug}" if token.project else "no project",
        f"last used {_day(token.last_used_at)}" if token.last_used_at else "not used yet",
        _expiry(token),
    ]
    return "  ".join(parts)


def _expiry(token: AccessToken) -> str:
    if token.expires_at is None:
        return "works until revoked"
    return f"{'expired' if token.is_expired else 'works until'} {_day(token.expires_at)}"


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
