"""A real mirror as a process of its own, on the test's database and files."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[1]
# Short, so that a crash is noticed within the test's patience.
HASTE = {"LEASE_SECONDS": "2", "SUBMIT_GRACE_SECONDS": "1", "MIRROR_THREADS": "2"}


def database_url() -> str:
    """The test database as DATABASE_URL."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    user = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}"
    return f"postgres://{user}@{quote(at['HOST'], safe='')}:{at['PORT'] or 5432}/{at['NAME']}"


def start_mirror(
    prefix: Sequence[str] = (), log: IO[bytes] | None = None, **env: Any
) -> subprocess.Popen[bytes]:
    """`manage.py mirror`, with settings as environment variables; `prefix` is a command that
    executes it. It speaks into `log`, or into a pipe."""
    variables = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "TESTS_DATA_DIR": str(Path(settings.ARCHIVE_DIR).parent),
    }
    return subprocess.Popen(
        [*prefix, sys.executable, "manage.py", "mirror"],
        cwd=ROOT,
        env=os.environ | HASTE | variables | {name: str(value) for name, value in env.items()},
        stderr=log or subprocess.PIPE,
    )


@contextmanager
def running_mirror(
    prefix: Sequence[str] = (), log: IO[bytes] | None = None, **env: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A mirror that is killed at the end of the block, if it still lives."""
    process = start_mirror(prefix, log, **env)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
