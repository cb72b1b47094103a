"""`manage.py mcp`: the MCP server for agents, over standard input and output or over HTTP."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.team import tokens

VARIABLE = "DAILIES_TOKEN"
DEFAULT_PORT = 8200


class Command(BaseCommand):
    """Start the server for one agent (standard input and output) or for several (HTTP)."""

    help = (
        "Let agents use Dailies over the Model Context Protocol. The access token is read from "
        f"{VARIABLE} or --token-file; with --http, each request carries its own."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How agents connect, and where the token is."""
        parser.add_argument("--token-file", type=Path, help="a file that holds the access token")
        parser.add_argument("--http", action="store_true", help="serve HTTP at /mcp instead")
        parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
        parser.add_argument("--port", type=int, default=DEFAULT_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until the client goes or a signal comes."""
        # Imported here: only this command needs the SDK, and importing it takes a second.
        if options["http"]:
            from videos.gateway.agents.http import serve

            self.stderr.write(f"MCP: http://{options['host']}:{options['port']}/mcp")
            serve(options["host"], options["port"])
            return
        token = _token(options["token_file"])
        if not tokens.is_active(token):
            raise CommandError(
                "This access token is unknown, has expired or was revoked. Create one on the page "
                "Tokens or with `manage.py create_token`."
            )
        from videos.gateway.agents.server import build

        build(token).run("stdio")


def _token(file: Path | None) -> str:
    if file is None:
        if not (token := os.environ.get(VARIABLE, "").strip()):
            raise CommandError(f"Set {VARIABLE} to an access token, or name a --token-file.")
        return token
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} can't be read: {error}") from error
