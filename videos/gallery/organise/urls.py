from django.urls import path

from videos.gallery.organise import clip, collections, projects, selection, stacks

urlpatterns = [
    path("selection/organise", selection.organise_selected, name="organise_selected"),
    path("videos/<clip:public_id>/labels", clip.video_labels, name="video_labels"),
    path("selection/stack", stacks.stack_selected, name="stack_selected"),
    path("videos/<clip:public_id>/split", stacks.video_split, name="video_split"),
    path("stacks/<slug:press>/undo", stacks.stack_undo, name="stack_undo"),
    path("projects", projects.project_list, name="project_list"),
    path("projects/<str:slug>", projects.project_change, name="project_change"),
    path("collections", collections.collection_list, name="collection_list"),
    path("collections/<str:slug>", collections.collection_detail, name="collection_detail"),
    path("collections/<str:slug>/change", collections.collection_change, name="collection_change"),
    path(
        "collections/<str:slug>/restore", collections.collection_restore, name="collection_restore"
    ),
    path("collections/<str:slug>/sort", collections.collection_sort, name="collection_sort"),
]
