"""How is SQLite told that a condition leaves most rows?

Without statistics it takes any equality for rare, and would rather sort all completed jobs than
walk the index that holds them in the order asked for. PostgreSQL counts for itself.
"""

from typing import Any

from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler


class Likely(Func):
    """`likely(condition)`: the same truth, with a hint."""

    function = "likely"
    output_field = BooleanField()

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """The condition alone."""
        return compiler.compile(self.get_source_expressions()[0])
