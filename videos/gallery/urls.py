"""Which addresses belong to the gallery? Each page's folder has its own list."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from videos.models.ids import CHARACTER_ID, VIDEO_ID


class PublicId(StringConverter):
    """The public id of a clip."""

    regex = VIDEO_ID


class CharacterId(StringConverter):
    """The public id of a character."""

    regex = CHARACTER_ID


# Before the lists below are imported, since they use them.
register_converter(PublicId, "clip")
register_converter(CharacterId, "character")

urlpatterns = [
    path("", include(f"videos.gallery.{folder}.urls"))
    for folder in (
        "home",
        "clips",
        "composer",
        "batch",
        "video",
        "decisions",
        "review",
        "characters",
        "cleanup",
        "providers",
        "settings",
        "shell",
    )
]
