from django.urls import path

from videos.gallery.handover import download, export

urlpatterns = [
    path("selection/download", download.clips_download, name="clips_download"),
    path("selection/export", export.clips_export, name="clips_export"),
]
