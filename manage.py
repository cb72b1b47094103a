"""The command line of Dailies: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from dashboard.folders import kept_paths, why_unwritable

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if trouble := why_unwritable(kept_paths()):
            raise SystemExit(trouble) from error
        raise


if __name__ == "__main__":
    main()
