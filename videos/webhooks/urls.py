"""The URLs for providers' webhooks."""

from django.urls import path

from videos.webhooks.views import webhook

urlpatterns = [
    path("<slug:slug>", webhook, name="webhook"),
]
