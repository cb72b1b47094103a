from django.urls import path

from videos.gallery.home import (
    density,
    first_steps,
    news,
    saved_views,
    stack_row,
    tags,
    views,
)

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("news", news.news, name="news"),
    path("density", density.density, name="density"),
    path("first-steps", first_steps.first_steps, name="first_steps"),
    path("stacks/<int:pk>/clips", stack_row.stack_row, name="stack_row"),
    path("tags", tags.tag_options, name="tag_options"),
    path("views", saved_views.view_save, name="view_save"),
    path("views/<int:pk>/delete", saved_views.view_delete, name="view_delete"),
]
