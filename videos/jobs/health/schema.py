"""Does the database's schema match this release?

Migrations only add, so web processes of the previous release may keep running beside the new one.
The mirror spends money, so it runs only on exactly the schema that it was written for.
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
    """This process must not use this database; the message says why."""


def schema_trouble() -> str:
    """What is wrong, in plain words; empty if nothing is. Raises django.db.Error."""
    if trouble := newer_trouble():
        return trouble
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    count = f"{len(missing)} migrations are" if len(missing) > 1 else "a migration is"
    return f"{count} missing: run “manage.py migrate”" if missing else ""


def newer_trouble() -> str:
    """Check only for newer migrations, which may appear while a process runs.

    One small query, two on PostgreSQL.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    unknown = unknown_migrations([name for app, name in applied if app == APP])
    if not unknown:
        return ""
    names = ", ".join(unknown[:3]) + (" …" if len(unknown) > 3 else "")
    return (
        f"the database was migrated by a newer release (unknown migrations: {names}): "
        "start that release, or restore the backup from before the upgrade"
    )


def unknown_migrations(names: list[str]) -> list[str]:
    """Those of our migrations in `names` that this release doesn't have."""
    return sorted(name for name in names if name not in _known())


def check_schema(*, wholly: bool) -> None:
    """Raise UnknownSchema if something is wrong. `wholly` also checks for missing migrations,
    which is slower."""
    if trouble := schema_trouble() if wholly else newer_trouble():
        raise UnknownSchema(trouble[:1].upper() + trouble[1:] + ".")


def migration_trouble() -> str:
    """As `schema_trouble`, but without exceptions, for `doctor`."""
    try:
        return schema_trouble()
    except Error:
        return "the database doesn't answer"


@cache
def _known() -> frozenset[str]:
    """The names of our migrations, including those replaced by a squashed one."""
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    ours = {name: migration for (app, name), migration in disk.items() if app == APP}
    replaced = {name for each in ours.values() for app, name in each.replaces if app == APP}
    return frozenset(replaced | set(ours) | EARLIER)
