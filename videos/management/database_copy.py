"""How is the database copied while it is in use, and restored?"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection


class CopyError(Exception):
    """The message says what is missing or went wrong."""


def copy_to(path: Path) -> None:
    """Write a consistent copy of the database to `path`. Raises CopyError."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
    else:
        _run("pg_dump", "--format=custom", f"--file={path}")


def is_empty() -> bool:
    """Return True if the database has no tables yet."""
    return not connection.introspection.table_names()


def put_back(path: Path) -> None:
    """Restore the copy at `path` into the empty database. Raises CopyError."""
    if connection.vendor == "sqlite":
        connection.close()
        place = Path(connection.settings_dict["NAME"])
        for rest in ("-wal", "-shm"):
            # A log left by another database would be applied to this one.
            Path(f"{place}{rest}").unlink(missing_ok=True)
        shutil.move(path, place)
    else:
        _run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(path))


def _run(program: str, *arguments: str) -> None:
    """Run a PostgreSQL program on our database. The password is passed in the environment."""
    if shutil.which(program) is None:
        raise CopyError(
            f"{program} isn't installed. Install PostgreSQL's client programs "
            "(Debian: apt install postgresql-client), at least in the server's version."
        )
    parameters = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT"}
    names |= {"sslkey": "PGSSLKEY", "service": "PGSERVICE", "passfile": "PGPASSFILE"}
    variables = {
        names[key]: str(value) for key, value in parameters.items() if key in names and value
    }
    database = f"--dbname={parameters.get('dbname', 'postgres')}"
    done = subprocess.run(  # noqa: S603
        [program, database, *arguments], env=os.environ | variables, capture_output=True, text=True
    )
    if done.returncode:
        raise CopyError(f"{program} failed: {done.stderr.strip()[:1000]}")
