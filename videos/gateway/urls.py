"""Which addresses belong to scripts?"""

from django.urls import path, re_path

from videos.gateway import characters, create, derive, description, models, videos
from videos.gateway.auth import gate
from videos.models import Action

urlpatterns = [
    path("openapi.json", description.openapi, name="gateway_openapi"),
    path("models", gate(GET=models.models), name="gateway_models"),
    path("models/<path:model_id>", gate(GET=models.model), name="gateway_model"),
    path("videos", gate(GET=videos.listing, POST=create.create), name="gateway_videos"),
    # Before the routes with an id, which would match `edits`.
    path("videos/edits", gate(POST=derive.edit), name="gateway_edits"),
    path("videos/extensions", gate(POST=derive.extend), name="gateway_extensions"),
    path("videos/characters", gate(POST=characters.create), name="gateway_characters"),
    path(
        "videos/characters/<str:character_id>",
        gate(GET=characters.retrieve),
        name="gateway_character",
    ),
    path(
        "videos/<str:video_id>",
        gate(Action.CHANGE, GET=videos.retrieve, DELETE=videos.delete),
        name="gateway_video",
    ),
    path("videos/<str:video_id>/content", gate(GET=videos.content), name="gateway_content"),
    path("videos/<str:video_id>/remix", gate(POST=derive.remix), name="gateway_remix"),
    re_path(r"^(?P<rest>.*)$", description.unknown_path, name="gateway_nowhere"),
]
