"""How is the application registered with Django?"""

from django.apps import AppConfig


class VideosConfig(AppConfig):
    """The one application of the project."""

    name = "videos"
