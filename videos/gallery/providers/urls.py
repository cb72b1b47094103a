"""Which addresses lie below /providers?"""

from django.urls import path

from videos.gallery import team_settings
from videos.gallery.providers import imports, offers, pages, testing, webhook

urlpatterns = [
    path("new", pages.provider_new, name="provider_new"),
    path("<slug:slug>", pages.provider_detail, name="provider_detail"),
    path("<slug:slug>/delete", pages.provider_delete, name="provider_delete"),
    path("<slug:slug>/test", testing.provider_test, name="provider_test"),
    path("<slug:slug>/probe", testing.provider_probe, name="provider_probe"),
    path("<slug:slug>/webhook", webhook.provider_webhook, name="provider_webhook"),
    path("<slug:slug>/resume", team_settings.provider_resume, name="provider_resume"),
    path("<slug:slug>/import", imports.provider_import, name="provider_import"),
    path("<slug:slug>/import/progress", imports.import_progress, name="import_progress"),
    path("<slug:slug>/import/read", imports.import_read, name="import_read"),
    path("<slug:slug>/import/take", imports.import_take, name="import_take"),
    path("<slug:slug>/import/ignore", imports.import_ignore, name="import_ignore"),
    path("<slug:slug>/import/ids", imports.import_ids, name="import_ids"),
    path("<slug:slug>/import/ids/clear", imports.import_clear, name="import_clear"),
    path("<slug:slug>/models/read", offers.catalogue_read, name="catalogue_read"),
    path("<slug:slug>/models.json", offers.catalogue_export, name="catalogue_export"),
    path("<slug:slug>/models/import", offers.catalogue_import, name="catalogue_import"),
    path("<slug:slug>/models/new", offers.offer_new, name="offer_new"),
    path("<slug:slug>/models/<int:pk>", offers.offer_edit, name="offer_edit"),
    path("<slug:slug>/models/<int:pk>/reset", offers.offer_reset, name="offer_reset"),
    path("<slug:slug>/models/<int:pk>/delete", offers.offer_delete, name="offer_delete"),
]
