"""Which queries are written once and run a thousand times?

Writing a query takes Django several times as long as the database takes to answer it. Where every
request asks the same, that is most of its cost.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# An example of a time, for queries that ask by one.
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Prepared:
    """A query that Django writes once, from `examples`, and that then runs with other values.

    `build` returns a `values_list`; rows come as the driver gives them, without Django's
    conversions: ask for text, numbers and hashes. Examples must differ from each other and from
    whatever else the query holds.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *examples: Any) -> None:
        self._build, self._examples = build, examples

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, in the order of the examples."""
        sql, places = self._written
        given = _adapted(values)
        with connection.cursor() as cursor:
            cursor.execute(sql, [place if i is None else given[i] for i, place in places])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def row(self, *values: Any) -> tuple[Any, ...] | None:
        """The first of them, if there is one."""
        return next(iter(self.rows(*values)), None)

    @cached_property
    def _written(self) -> tuple[str, list[tuple[int | None, Any]]]:
        """The SQL, and for each of its parameters which value it takes, or the constant it is."""
        sql, params = self._build(*self._examples).query.sql_with_params()
        examples = _adapted(self._examples)
        places = [(examples.index(p) if p in examples else None, p) for p in params]
        if {i for i, _ in places if i is not None} != set(range(len(examples))):
            raise ValueError("each example must be a parameter of the query")
        return sql, places


def _adapted(values: tuple[Any, ...]) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, datetime) else value for value in values]
