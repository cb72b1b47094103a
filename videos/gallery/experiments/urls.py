from django.urls import path

from videos.gallery.experiments import changes, views

urlpatterns = [
    path("experiments", views.experiment_list, name="experiment_list"),
    path("experiments/<int:pk>", views.experiment_detail, name="experiment_detail"),
    path("experiments/<int:pk>/news", views.experiment_news, name="experiment_news"),
    path("experiments/<int:pk>/csv", views.experiment_csv, name="experiment_csv"),
    path("experiments/<int:pk>/vote", changes.experiment_vote, name="experiment_vote"),
    path("experiments/<int:pk>/close", changes.experiment_close, name="experiment_close"),
    path("experiments/<int:pk>/delete", changes.experiment_delete, name="experiment_delete"),
]
