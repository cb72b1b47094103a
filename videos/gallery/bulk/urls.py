from django.urls import path

from videos.gallery.bulk import views

urlpatterns = [
    path("bulk", views.bulk_list, name="bulk_list"),
    path("bulk/matching", views.bulk_matching, name="bulk_matching"),
    path("bulk/<int:pk>", views.bulk_detail, name="bulk_detail"),
    path("bulk/<int:pk>/line", views.bulk_line, name="bulk_line"),
    path("bulk/<int:pk>/cancel", views.bulk_cancel, name="bulk_cancel"),
    path("bulk/<int:pk>/reason", views.bulk_reason, name="bulk_reason"),
    path("bulk/<int:pk>/undo", views.bulk_undo, name="bulk_undo"),
]
