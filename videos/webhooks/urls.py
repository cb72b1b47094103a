"""Which addresses belong to providers?"""

from django.urls import path

from videos.webhooks.views import webhook

urlpatterns = [
    path("<slug:slug>", webhook, name="webhook"),
]
