from django.urls import path

from videos.gallery.handover import compare, download, export

urlpatterns = [
    path("selection/download", download.clips_download, name="clips_download"),
    path("selection/export", export.clips_export, name="clips_export"),
    path("compare", compare.compare, name="compare"),
    path("compare/<clip:public_id>/decide", compare.compare_decide, name="compare_decide"),
]
