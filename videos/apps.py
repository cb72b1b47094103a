"""How is the application registered with Django?"""

from django.apps import AppConfig


class VideosConfig(AppConfig):
    """The one application of the project."""

    name = "videos"

    def ready(self) -> None:
        """Register what listens to Django's signals."""
        from videos.team import sign_ins  # noqa: F401
