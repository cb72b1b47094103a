from django.urls import path

from videos.gallery.decisions import bulk, resolve, views

urlpatterns = [
    path("unsure", views.unsure, name="unsure"),
    path("unsure/decide", bulk.decide_many, name="decide_many"),
    path("videos/<clip:public_id>/resolve", resolve.video_resolve, name="video_resolve"),
    path(
        "characters/<character:character_id>/resolve",
        resolve.character_resolve,
        name="character_resolve",
    ),
]
