"""Does the database have the form that this release knows?

Migrations only ever add, so a web process of the last release may go on beside the new one. A
mirror writes and buys: it runs on exactly the form that it was written for.
"""

from functools import cache

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

APP = "videos"
# Squashed migrations of earlier releases, which a later one has replaced.
EARLIER = frozenset({"0001_squashed_0012"})


class UnknownSchema(Exception):
    """This process must not go on with this database; the message says why, for people."""


def schema_trouble() -> str:
    """What is wrong, in plain words; empty where all is well. Raises Django's Error."""
    if trouble := newer_trouble():
        return trouble
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    count = f"{len(missing)} migrations are" if len(missing) > 1 else "a migration is"
    return f"{count} missing: run “manage.py migrate”" if missing else ""


def newer_trouble() -> str:
    """The half that may become true while a process runs. One small query, two on PostgreSQL."""
    applied = MigrationRecorder(connection).applied_migrations()
    unknown = unknown_migrations([name for app, name in applied if app == APP])
    if not unknown:
        return ""
    names = ", ".join(unknown[:3]) + (" …" if len(unknown) > 3 else "")
    return (
        f"the database was made ready for a newer release, this one does not know {names}: "
        "start that release, or restore the backup from before the upgrade"
    )


def unknown_migrations(names: list[str]) -> list[str]:
    """Which of these migrations of ours this release does not have."""
    return sorted(name for name in names if name not in _known())


def check_schema(*, wholly: bool) -> None:
    """Raises UnknownSchema; `wholly` also asks whether anything is missing, which is slower."""
    if trouble := schema_trouble() if wholly else newer_trouble():
        raise UnknownSchema(trouble[:1].upper() + trouble[1:] + ".")


def migration_trouble() -> str:
    """The same for `doctor`, also where the database does not answer."""
    try:
        return schema_trouble()
    except Error:
        return "the database does not answer"


@cache
def _known() -> frozenset[str]:
    """The names of our migrations, with those that a squashed one stands for."""
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    ours = {name: migration for (app, name), migration in disk.items() if app == APP}
    replaced = {name for each in ours.values() for app, name in each.replaces if app == APP}
    return frozenset(replaced | set(ours) | EARLIER)
