"""`manage.py architecture`: write the generated parts of docs/architecture.md."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.models import TERMINAL, TRANSITIONS, JobStatus

DOCUMENT = "docs/architecture.md"


def state_diagram() -> str:
    """The table of transitions as a Mermaid diagram."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {JobStatus.SUBMITTING}"]
    for before, targets in TRANSITIONS.items():
        lines += [f"    {before} --> {after}: {reason}" for after, reason in targets.items()]
    lines += [f"    {status} --> [*]" for status in TERMINAL]
    return "\n".join([*lines, "```"])


def layer_tables() -> str:
    """The import-linter contracts of pyproject.toml: a table for layers, a list for the others."""
    pyproject = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    tables = [_table(contract) for contract in contracts if contract["type"] == "layers"]
    rules = [f"- {contract['name']}." for contract in contracts if contract["type"] != "layers"]
    return "\n\n".join([*tables, "Other rules:", "\n".join(rules)])


def updated(text: str) -> str:
    """`text` with fresh content between the markers. CommandError if a marker is missing."""
    for name, content in {"layers": layer_tables(), "states": state_diagram()}.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, end_marker, after = rest.partition(end)
        if not end_marker:
            raise CommandError(f"{DOCUMENT} has no “{begin}” … “{end}”.")
        text = f"{before}{begin}\n{content}\n{end}{after}"
    return text


def _table(contract: dict[str, Any]) -> str:
    """One row per package, highest layer first. Packages with the same number share a layer."""
    rows = ["| layer | package | its one question |", "|---|---|---|"]
    for number, layer in enumerate(contract["layers"], 1):
        for name in re.split(r"[|:]", layer):
            for module in _modules(name.strip(" ()"), contract.get("containers", [])):
                rows.append(f"| {number} | `{module}` | {_question(module)} |")
    return f"**{contract['name']}**\n\n" + "\n".join(rows)


def _modules(name: str, containers: list[str]) -> list[str]:
    return [f"{container}.{name}" for container in containers] or [name]


def _question(module: str) -> str:
    """The first line of the module's docstring. CommandError if it has none."""
    path = Path(settings.BASE_DIR, *module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(source.read_text()))
    if not docstring:
        where = source.relative_to(settings.BASE_DIR)
        raise CommandError(f"{where} has no docstring. Its first line is shown in {DOCUMENT}.")
    return docstring.splitlines()[0].replace("|", "\\|")


class Command(BaseCommand):
    """Write the layer tables and the state diagram, or check them."""

    help = f"Write the layer tables and the state diagram of {DOCUMENT} from pyproject.toml, the "
    help += "docstrings of the packages, and videos/models/transitions.py."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if stale")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / DOCUMENT
        old = path.read_text()
        new = updated(old)
        if new == old:
            return
        if options["check"]:
            raise CommandError(f"{DOCUMENT} is out of date. Run “manage.py architecture”.")
        path.write_text(new)
