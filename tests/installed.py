"""A data folder as the first start leaves it, made once and copied.

Migrating takes ten seconds of CPU, and a test run needs dozens of new databases."""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".pytest_cache" / "installed"
DATABASE = "dailies.sqlite3"

SCRIPT = """
from django.core.management import call_command
from videos.management.static_files import collect_static
call_command("migrate", verbosity=0)
call_command("createcachetable")
collect_static()
"""


@functools.cache
def installed() -> Path:
    """The folder. All workers and later runs share it until a migration changes."""
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = KEPT / _fingerprint()
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for old in filter(Path.is_dir, KEPT.iterdir()):
                shutil.rmtree(old)
            _install(folder.with_suffix(".half"))
            folder.with_suffix(".half").rename(folder)
    return folder


def _install(data: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"DJANGO_SETTINGS_MODULE": "dashboard.settings", "DATA_DIR": str(data)}
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SCRIPT], cwd=ROOT, env=env, check=True
    )


def _fingerprint() -> str:
    """What decides how a new database looks."""
    parts = [version(name) for name in ("django", "django-allauth")]
    parts += [path.read_text() for path in sorted((ROOT / "videos/migrations").glob("*.py"))]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
