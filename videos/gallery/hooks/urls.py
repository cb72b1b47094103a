from django.urls import path

from videos.gallery.hooks import views

urlpatterns = [
    path("settings/webhooks", views.hooks, name="hooks"),
    path("settings/webhooks/<int:pk>", views.hook, name="hook"),
    path("settings/webhooks/<int:pk>/delete", views.hook_delete, name="hook_delete"),
    path("settings/webhooks/<int:pk>/secret", views.hook_secret, name="hook_secret"),
    path("settings/webhooks/<int:pk>/again", views.hook_all_again, name="hook_all_again"),
    path("settings/webhooks/deliveries/<int:pk>", views.hook_again, name="hook_again"),
]
