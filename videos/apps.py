"""How is the application registered with Django?"""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VideosConfig(AppConfig):
    """The one application of the project."""

    name = "videos"

    def ready(self) -> None:
        """Register what listens to Django's signals."""
        from videos.models.append_only import put_in_place
        from videos.team import sign_ins  # noqa: F401

        post_migrate.connect(put_in_place, sender=self, dispatch_uid="append_only")
