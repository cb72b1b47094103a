"""Which tables must Django not manage?"""

from typing import Any


class Router:
    """Excludes SQLite's full-text index, which triggers keep up to date.

    `dumpdata` must not read it (PostgreSQL has none), and `loaddata` would fill it twice.
    """

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        """False for the index; None (no opinion) for the rest."""
        return False if (app_label, model_name) == ("videos", "promptindex") else None
