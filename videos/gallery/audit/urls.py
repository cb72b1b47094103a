from django.urls import path

from videos.gallery.audit.views import audit, audit_csv

urlpatterns = [
    path("audit", audit, name="audit"),
    path("audit.csv", audit_csv, name="audit_csv"),
]
