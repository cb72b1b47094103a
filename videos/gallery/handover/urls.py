from django.urls import path

from videos.gallery.handover import download

urlpatterns = [
    path("selection/download", download.clips_download, name="clips_download"),
]
