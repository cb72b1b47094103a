"""Which queries are written once and run a thousand times?

Writing a query takes Django several times as long as the database takes to answer it. Where every
request asks the same, that is most of its cost. Django has no prepared queries of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from itertools import islice
from types import MappingProxyType, SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLCompiler

# An example of a time, for queries that ask by one.
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
Row = tuple[Any, ...]
T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Written(NamedTuple):
    """A query as Django wrote it. `places`: for each parameter of `sql` which value it takes, or
    the constant it is."""

    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    converters: Any
    sql: str
    places: list[tuple[int | None, Any]]


class Prepared(Generic[T]):
    """A query that Django writes once, from `examples`, and that then runs with other values.

    Examples must differ from each other and from whatever else the query holds.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, T]], *examples: Any) -> None:
        self._build, self._examples = build, examples
        self._kept: dict[tuple[Any, ...], tuple[list[Row], list[T]]] = {}

    def all(self, *values: Any) -> list[T]:
        """What the queryset itself would give for these values, in the order of the examples."""
        return self._made(self.rows(*values))

    def same(self, *values: Any) -> list[T]:
        """Like `all`, but the very same objects as before while the database's rows are the same:
        making objects costs more than reading rows does. They are shared: change nothing."""
        rows = self.rows(*values)
        kept = self._kept.get(values)
        if kept is None or kept[0] != rows:
            kept = rows, self._made(rows)
            if rows:
                self._kept[values] = kept
        return kept[1]

    def rows(self, *values: Any) -> list[Row]:
        """The rows as the driver gives them, without Django's conversions: of a `values_list` of
        text, numbers and hashes they are all that is wanted."""
        return _fetched(self._written.sql, self._params(values))

    def row(self, *values: Any) -> Row | None:
        """The first of them, if there is one."""
        known = _foreseen.get().get((self, values))
        return known or next(iter(self.rows(*values)), None)

    @property
    def width(self) -> int:
        """How many columns a row has."""
        return self._written.compiler.col_count or 0

    def _made(self, rows: list[Row]) -> list[T]:
        compiler = copy(self._written.compiler)
        # Each thread has a connection of its own.
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.execute_sql = lambda *_, **__: [rows]  # type: ignore[assignment,method-assign]
        compiler.get_converters = lambda *_: self._written.converters  # type: ignore[method-assign]
        queryset: Any = self._written.queryset
        query = copy(queryset.query)
        query.get_compiler = lambda *_, **__: compiler
        # What a queryset's iterable looks at: all but the asking is Django's own.
        asked = SimpleNamespace(
            query=query, db=DEFAULT_DB_ALIAS, _fields=queryset._fields, _known_related_objects={}
        )
        return list(queryset._iterable_class(asked))

    def _params(self, values: tuple[Any, ...]) -> list[Any]:
        given = _adapted(values)
        return [place if i is None else given[i] for i, place in self._written.places]

    @cached_property
    def _written(self) -> Written:
        queryset = self._build(*self._examples)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        examples = _adapted(self._examples)
        places = [(examples.index(p) if p in examples else None, p) for p in params]
        if {i for i, _ in places if i is not None} != set(range(len(examples))):
            raise ValueError("each example must be a parameter of the query")
        columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
        return Written(queryset, compiler, compiler.get_converters(columns), sql, places)


Question = tuple[Prepared[Any], tuple[Any, ...]]
_foreseen: ContextVar[Mapping[Question, Row]] = ContextVar("foreseen", default=MappingProxyType({}))


@contextmanager
def foreseen(*questions: Question) -> Iterator[None]:
    """Asks them all by one query: within the block, `row` knows the answers. If one of them has
    none, nothing is known, and each is asked when its turn comes."""
    token = _foreseen.set(_answers(questions) if questions else {})
    try:
        yield
    finally:
        _foreseen.reset(token)


def _answers(questions: tuple[Question, ...]) -> dict[Question, Row]:
    params = [param for query, values in questions for param in query._params(values)]
    rows = _fetched(_side_by_side(tuple(query for query, _ in questions)), params)
    if not rows:
        return {}
    columns = iter(rows[0])
    return {asked: tuple(islice(columns, asked[0].width)) for asked in questions}


@lru_cache
def _side_by_side(queries: tuple[Prepared[Any], ...]) -> str:
    parts = [f"({query._written.sql}) AS part{number}" for number, query in enumerate(queries)]
    return f"SELECT * FROM {' CROSS JOIN '.join(parts)}"  # noqa: S608 - Django wrote the parts


def _fetched(sql: str, params: list[Any]) -> list[Row]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Row] = cursor.fetchall()
    return rows


class Insert(Generic[M]):
    """`bulk_create` for a model of which mostly a single row is new: its INSERT is written once."""

    def __init__(self, model: type[M]) -> None:
        self._model = model

    def all(self, rows: Sequence[M]) -> None:
        """Insert them in their order; each gets its primary key, and no signal is sent."""
        if len(rows) == 1:
            self._one(rows[0])
        else:
            self._model._default_manager.bulk_create(rows)

    def _one(self, row: M) -> None:
        sql, fields = self._written
        database = connections[DEFAULT_DB_ALIAS]
        with database.cursor() as cursor:
            cursor.execute(
                sql, [f.get_db_prep_save(f.pre_save(row, True), database) for f in fields]
            )
            (row.pk,) = cursor.fetchone()
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    @cached_property
    def _written(self) -> tuple[str, list[Any]]:
        meta: Any = self._model._meta
        fields = [field for field in meta.local_concrete_fields if not field.primary_key]
        query = InsertQuery(self._model)
        query.insert_values(fields, [self._model()])
        compiler: Any = query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.returning_fields = [meta.pk]
        [(sql, _)] = compiler.as_sql()
        return sql, fields


def _adapted(values: tuple[Any, ...]) -> list[Any]:
    return [_moment(value) if isinstance(value, datetime) else value for value in values]


def _moment(value: datetime) -> Any:
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value)
