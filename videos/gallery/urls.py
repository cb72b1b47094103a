"""Which addresses belong to the gallery? Each page's folder has its own list."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from videos.models.ids import CHARACTER_ID, VIDEO_ID
from videos.models.share import SHARE_TOKEN


class PublicId(StringConverter):
    """The public id of a clip."""

    regex = VIDEO_ID


class CharacterId(StringConverter):
    """The public id of a character."""

    regex = CHARACTER_ID


class ShareToken(StringConverter):
    """The token of a share link."""

    regex = SHARE_TOKEN


# Before the lists below are imported, since they use them.
register_converter(PublicId, "clip")
register_converter(CharacterId, "character")
register_converter(ShareToken, "share")

urlpatterns = [
    path("", include(f"videos.gallery.{folder}.urls"))
    for folder in (
        "home",
        "clips",
        # A player asks for dozens of pieces of a clip: the earlier an address is found, the better.
        "video",
        "bulk",
        "organise",
        "composer",
        "batch",
        "experiments",
        "prompts",
        "pictures",
        "decisions",
        "review",
        "characters",
        "cleanup",
        "providers",
        "settings",
        "audit",
        "billing",
        "guest_pages",
        "share_links",
        "handover",
        "notices",
        "webhook_endpoints",
        "shell",
    )
]
