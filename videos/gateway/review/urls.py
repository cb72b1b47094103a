"""Which addresses below /api are there?"""

from django.urls import path, re_path

from videos.gateway.auth import gate
from videos.gateway.description import unknown_path
from videos.gateway.review import clips, collections, comments, experiments, export, projects
from videos.models import Action

COLLECTION = "collections/<str:slug>"
EXPERIMENT = "experiments/<int:experiment_id>"

urlpatterns = [
    path("videos", gate(GET=clips.listing), name="api_clips"),
    path(
        "videos/<str:video_id>",
        # Each field needs a permission of its own.
        gate(Action.VIEW, GET=clips.retrieve, PATCH=clips.change),
        name="api_clip",
    ),
    path(
        "videos/<str:video_id>/cancel",
        gate(Action.CHANGE, POST=clips.cancel),
        name="api_clip_cancel",
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
    path("experiments", gate(GET=experiments.listing), name="api_experiments"),
    path(EXPERIMENT, gate(GET=experiments.retrieve), name="api_experiment"),
    path(
        f"{EXPERIMENT}/votes",
        gate(Action.DECIDE, POST=experiments.add_vote),
        name="api_experiment_votes",
    ),
    path(
        f"{EXPERIMENT}/close",
        gate(Action.RUN_EXPERIMENT, POST=experiments.end),
        name="api_experiment_close",
    ),
    path(
        f"{EXPERIMENT}/results",
        gate(GET=experiments.results),
        name="api_experiment_results",
    ),
    path("export", gate(GET=export.export), name="api_export"),
    re_path(r"^(?P<rest>.*)$", unknown_path, name="api_nowhere"),
]
