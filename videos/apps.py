"""How is the application registered with Django?"""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VideosConfig(AppConfig):
    """The one application of the project."""

    name = "videos"

    def ready(self) -> None:
        """Register signal handlers."""
        from videos.models import append_only, search_index
        from videos.team import checks, second_factor, sessions, sign_ins  # noqa: F401

        for module in (append_only, search_index):
            post_migrate.connect(module.put_in_place, sender=self, dispatch_uid=module.__name__)
