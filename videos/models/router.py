"""Which tables does Django leave to the database itself?"""

from typing import Any


class Router:
    """The full-text index of SQLite is made by a migration and kept true by triggers: `dumpdata`
    must not read it (PostgreSQL has none) and `loaddata` would fill it a second time."""

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        """False for the index, no opinion about the rest."""
        return False if (app_label, model_name) == ("videos", "promptindex") else None
