from django.urls import path

from videos.gallery.settings.retention import retention
from videos.gallery.settings.views import settings

urlpatterns = [
    path("settings", settings, name="settings"),
    path("settings/retention", retention, name="retention"),
]
