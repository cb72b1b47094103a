from django.urls import path

from videos.gallery.batch.views import batch

urlpatterns = [path("batch", batch, name="batch")]
