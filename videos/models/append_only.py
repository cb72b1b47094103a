"""Which tables take new rows only? The database itself refuses to change or remove a row.

Triggers are put in place after every `migrate`: on SQLite, a migration that rewrites a table drops
them.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("videos_charge", "videos_auditentry", "videos_purgedclip")
REFUSED = "rows of this table are never changed or removed"
FUNCTION = "videos_refuse_change"
PLPGSQL = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$
"""


def _names(table: str) -> dict[str, str]:
    return {f"{table}_no_{word.lower()}": word for word in ("UPDATE", "DELETE")}


def put_in_place(using: str = "default", **kwargs: Any) -> None:
    """Create the triggers that are missing. A receiver of `post_migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        missing = _missing(connection)
        if missing and connection.vendor == "postgresql":
            cursor.execute(PLPGSQL)
        for table in TABLES:
            for name, word in _names(table).items():
                if table in present and name in missing:
                    cursor.execute(_create(connection, name, word, table))


def missing_triggers() -> list[str]:
    """The triggers that the default database lacks."""
    return sorted(_missing(connections["default"]))


def _missing(connection: BaseDatabaseWrapper) -> set[str]:
    wanted = {name for table in TABLES for name in _names(table)}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = current_schema() AND t.tgenabled <> 'D'"
            )
        return wanted - {row[0] for row in cursor.fetchall()}


def _create(connection: BaseDatabaseWrapper, name: str, word: str, table: str) -> str:
    if connection.vendor == "sqlite":
        return (
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {word} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    return (
        f"CREATE TRIGGER {name} BEFORE {word} ON {table} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
    )
