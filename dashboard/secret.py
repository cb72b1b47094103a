"""Where does the secret key come from if SECRET_KEY isn't set?"""

import os
import secrets
from pathlib import Path

from dashboard.folders import cannot_write
from videos import durable


def stored_secret(path: Path) -> str:
    """The key stored at `path`, which is created by the first call.

    Several processes may start at once; all read the same complete key. Raises SystemExit if that
    fails.
    """
    try:
        return _read_or_make(path)
    except OSError as error:
        existing = next((each for each in (path, *path.parents) if each.exists()), path.parent)
        raise SystemExit(cannot_write(existing, os.strerror(error.errno or 0))) from error


def _read_or_make(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.create_file(path, secrets.token_urlsafe(64).encode(), mode=0o600)
    return path.read_text().strip()
