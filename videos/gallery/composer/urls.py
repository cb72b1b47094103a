from django.urls import path

from videos.gallery.composer import views

urlpatterns = [
    path("videos", views.submit, name="submit"),
    path("composer/options", views.composer_options, name="composer_options"),
    path("samples", views.samples, name="samples"),
]
