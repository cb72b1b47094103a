from django.urls import path

from videos.gallery.billing.budgets import budget_delete, budget_edit, budget_list
from videos.gallery.billing.queues import queue_list
from videos.gallery.billing.usage import usage, usage_claims, usage_csv

urlpatterns = [
    path("settings/queues", queue_list, name="queue_list"),
    path("usage", usage, name="usage"),
    path("usage/claims.zip", usage_claims, name="usage_claims"),
    path("usage/<slug:table>.csv", usage_csv, name="usage_csv"),
    path("settings/budgets", budget_list, name="budget_list"),
    path("settings/budgets/<int:pk>", budget_edit, name="budget_edit"),
    path("settings/budgets/<int:pk>/delete", budget_delete, name="budget_delete"),
]
