from django.urls import path

from videos.gallery.composer import views

urlpatterns = [
    path("videos", views.submit, name="submit"),
    path("composer/options", views.composer_options, name="composer_options"),
    path("composer/start", views.composer_start, name="composer_start"),
    path("samples", views.samples, name="samples"),
]
