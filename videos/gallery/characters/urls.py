from django.urls import path

from videos.gallery.characters import views

urlpatterns = [
    path("characters", views.character_list, name="characters"),
    path("characters/rows", views.character_rows, name="character_rows"),
    path("videos/<clip:public_id>/character", views.video_character, name="video_character"),
]
