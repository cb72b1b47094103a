"""The migrations as they were before they were squashed, to make a database of an older release."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def old_release(folder: Path, base: str) -> dict[str, str]:
    """The environment of a `manage.py` that knows the single steps alone, with settings made from
    the module `base`. `folder` holds what it needs."""
    steps = folder / "old_migrations"
    squashed = shutil.ignore_patterns("*_squashed_*", "__pycache__")
    shutil.copytree(ROOT / "videos" / "migrations", steps, ignore=squashed)
    settings = f"from {base} import *\nMIGRATION_MODULES = {{'videos': 'old_migrations'}}\n"
    (folder / "old_release_settings.py").write_text(settings)
    return {"DJANGO_SETTINGS_MODULE": "old_release_settings", "PYTHONPATH": str(folder)}
