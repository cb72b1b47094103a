"""`manage.py create_admin USERNAME`: create an admin on the server."""

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.models import AuditAction, Role, record
from videos.team.account_changes import one_at_a_time
from videos.team.forms import WelcomeForm


class Command(BaseCommand):
    """Create one admin."""

    help = "Create an admin. Asks for the password, or reads it from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="shown beside clips (default: the username)")
        parser.add_argument("--email", default="", help="for a forgotten password")

    def handle(self, *args: Any, **options: Any) -> None:
        form = WelcomeForm(
            {
                "username": options["username"],
                "name": options["name"] or options["username"],
                "email": options["email"],
                # Not an argument: other users of the machine can see those.
                "password": _password(),
            }
        )
        with one_at_a_time():
            if not form.is_valid():
                faults = [
                    f"{field}: {' '.join(map(str, errors))}"
                    for field, errors in form.errors.items()
                ]
                raise CommandError(" ".join(faults))
            member = form.save(form.cleaned_data["name"], Role.ADMIN)
            record(AuditAction.MEMBER_JOINED, member, after={"role": member.role})
        self.stdout.write(f"{member.username} can now sign in as an admin.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("Password (again): ") != password:
        raise CommandError("The two passwords differ.")
    return password
