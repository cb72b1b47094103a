from django.urls import path

from videos.gallery.home.views import gallery

urlpatterns = [path("", gallery, name="gallery")]
