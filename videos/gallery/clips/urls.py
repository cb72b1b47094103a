from django.urls import path

from videos.gallery.clips.poll import poll

urlpatterns = [path("poll", poll, name="poll")]
