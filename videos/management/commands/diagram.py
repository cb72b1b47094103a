"""`manage.py diagram`: draw the README's state diagram from the table of transitions."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.models import TERMINAL, TRANSITIONS, JobStatus

BEGIN, END = "<!-- diagram: begin -->", "<!-- diagram: end -->"


def drawn() -> str:
    """The table as a Mermaid diagram."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {JobStatus.SUBMITTING}"]
    for came_from, ways in TRANSITIONS.items():
        lines += [f"    {came_from} --> {to}: {why}" for to, why in ways.items()]
    lines += [f"    {status} --> [*]" for status in TERMINAL]
    return "\n".join([BEGIN, *lines, "```", END])


class Command(BaseCommand):
    """Write the diagram, or say that it is out of date."""

    help = "Draw the state diagram of README.md from videos/models/transitions.py."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """`--check` changes nothing."""
        parser.add_argument("--check", action="store_true", help="only say whether it is true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replace what stands between the two marks."""
        readme = settings.BASE_DIR / "README.md"
        text = readme.read_text()
        before, _, rest = text.partition(BEGIN)
        _, found, after = rest.partition(END)
        if not found:
            raise CommandError("README.md has no place for the diagram.")
        new = before + drawn() + after
        if options["check"] and new != text:
            raise CommandError("README.md shows an old diagram: run “manage.py diagram”.")
        if new != text:
            readme.write_text(new)
