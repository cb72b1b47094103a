from django.urls import path

from videos.gallery.batch.matrix_views import matrix
from videos.gallery.batch.views import batch

urlpatterns = [
    path("batch", batch, name="batch"),
    path("batch/matrix", matrix, name="matrix"),
]
