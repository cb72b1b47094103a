"""Have the static files changed since they were collected last?

Collecting compresses every file, which would cost seconds at each start.
"""

import shutil
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError

from dashboard.folders import cannot_write

# Kept among them, so that deleting the folder deletes it too.
STAMP = "collected.txt"


def collect_static() -> None:
    """Collect the static files if any has changed. If that fails, for example because another user
    owns them, delete the folder and collect them again. Raises CommandError."""
    stamp, fingerprint = Path(settings.STATIC_ROOT) / STAMP, _fingerprint()
    try:
        if stamp.is_file() and stamp.read_text() == fingerprint:
            return
        _collect(stamp, fingerprint)
    except OSError:
        try:
            shutil.rmtree(settings.STATIC_ROOT)
            _collect(stamp, fingerprint)
        except OSError as error:
            folder = Path(error.filename or settings.STATIC_ROOT)
            raise CommandError(cannot_write(folder, error.strerror or "")) from error


def _collect(stamp: Path, fingerprint: str) -> None:
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(fingerprint)


def _fingerprint() -> str:
    """A hash of the names, sizes and times of all source files, and of the versions that prepare
    them."""
    versions = [f"{name} {version(name)}" for name in ("django", "whitenoise")]
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = Path(storage.path(path)).stat()
            versions.append(f"{path} {about.st_size} {about.st_mtime_ns}")
    return sha256("\n".join(versions).encode()).hexdigest()
