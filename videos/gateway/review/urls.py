"""Which addresses below /api are there?"""

from django.urls import path, re_path

from videos.gateway.auth import gate
from videos.gateway.description import nowhere
from videos.gateway.review import clips, collections, comments, export, projects
from videos.models import Action

COLLECTION = "collections/<str:slug>"

urlpatterns = [
    path("videos", gate(GET=clips.listing), name="api_clips"),
    path(
        "videos/<str:video_id>",
        # Each field needs a permission of its own.
        gate(Action.VIEW, GET=clips.retrieve, PATCH=clips.change),
        name="api_clip",
    ),
    path(
        "videos/<str:video_id>/comments",
        gate(Action.COMMENT, GET=comments.listing, POST=comments.create),
        name="api_comments",
    ),
    path(
        "comments/<int:comment_id>",
        gate(Action.COMMENT, PATCH=comments.change, DELETE=comments.delete),
        name="api_comment",
    ),
    path(
        "projects",
        gate(Action.ORGANISE, team=True, GET=projects.listing, POST=projects.create),
        name="api_projects",
    ),
    path(
        "projects/<str:slug>",
        gate(Action.ORGANISE, GET=projects.retrieve, PATCH=projects.change),
        name="api_project",
    ),
    path("tags", gate(GET=projects.tags), name="api_tags"),
    path(
        "collections",
        gate(Action.ORGANISE, team=True, GET=collections.listing, POST=collections.create),
        name="api_collections",
    ),
    path(
        COLLECTION,
        gate(
            Action.ORGANISE,
            team=True,
            GET=collections.retrieve,
            PATCH=collections.change,
            DELETE=collections.delete,
        ),
        name="api_collection",
    ),
    path(
        f"{COLLECTION}/videos",
        gate(Action.ORGANISE, team=True, POST=collections.add, PUT=collections.sort),
        name="api_collection_clips",
    ),
    path(
        f"{COLLECTION}/videos/<str:video_id>",
        gate(Action.ORGANISE, team=True, DELETE=collections.remove),
        name="api_collection_clip",
    ),
    path("export", gate(GET=export.export), name="api_export"),
    re_path(r"^(?P<rest>.*)$", nowhere, name="api_nowhere"),
]
