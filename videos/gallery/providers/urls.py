"""Which addresses lie below /providers?"""

from django.urls import path

from videos.gallery.providers import catalogue, imports, testing, views, webhook

urlpatterns = [
    path("providers", views.provider_list, name="provider_list"),
    path("providers/new", views.provider_new, name="provider_new"),
    path("providers/<slug:slug>", views.provider_detail, name="provider_detail"),
    path("providers/<slug:slug>/delete", views.provider_delete, name="provider_delete"),
    path("providers/<slug:slug>/test", testing.provider_test, name="provider_test"),
    path("providers/<slug:slug>/vouch", testing.provider_vouch, name="provider_vouch"),
    path("providers/<slug:slug>/probe", testing.provider_probe, name="provider_probe"),
    path("providers/<slug:slug>/webhook", webhook.provider_webhook, name="provider_webhook"),
    path("providers/<slug:slug>/resume", views.provider_resume, name="provider_resume"),
    path("providers/<slug:slug>/import", imports.provider_import, name="provider_import"),
    path("providers/<slug:slug>/import/progress", imports.import_progress, name="import_progress"),
    path("providers/<slug:slug>/import/read", imports.import_read, name="import_read"),
    path("providers/<slug:slug>/import/take", imports.import_take, name="import_take"),
    path("providers/<slug:slug>/import/ignore", imports.import_ignore, name="import_ignore"),
    path("providers/<slug:slug>/import/ids", imports.import_ids, name="import_ids"),
    path("providers/<slug:slug>/import/ids/clear", imports.import_clear, name="import_clear"),
    path("providers/<slug:slug>/models/read", catalogue.catalogue_read, name="catalogue_read"),
    path("providers/<slug:slug>/models.json", catalogue.catalogue_export, name="catalogue_export"),
    path(
        "providers/<slug:slug>/models/import", catalogue.catalogue_import, name="catalogue_import"
    ),
    path("providers/<slug:slug>/models/new", catalogue.model_new, name="model_new"),
    path("providers/<slug:slug>/models/<int:pk>", catalogue.model_edit, name="model_edit"),
    path("providers/<slug:slug>/models/<int:pk>/reset", catalogue.model_reset, name="model_reset"),
    path(
        "providers/<slug:slug>/models/<int:pk>/delete", catalogue.model_delete, name="model_delete"
    ),
]
