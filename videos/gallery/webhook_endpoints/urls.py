from django.urls import path

from videos.gallery.webhook_endpoints import views

urlpatterns = [
    path("settings/webhooks", views.webhook_endpoints, name="webhook_endpoints"),
    path("settings/webhooks/<int:pk>", views.webhook_endpoint, name="webhook_endpoint"),
    path(
        "settings/webhooks/<int:pk>/delete",
        views.webhook_endpoint_delete,
        name="webhook_endpoint_delete",
    ),
    path(
        "settings/webhooks/<int:pk>/secret",
        views.webhook_endpoint_secret,
        name="webhook_endpoint_secret",
    ),
    path(
        "settings/webhooks/<int:pk>/again",
        views.webhook_endpoint_resend,
        name="webhook_endpoint_resend",
    ),
    path(
        "settings/webhooks/deliveries/<int:pk>",
        views.webhook_delivery_resend,
        name="webhook_delivery_resend",
    ),
]
