from django.urls import path

from videos.gallery.notices import preferences, views

urlpatterns = [
    path("notices", views.notice_list, name="notice_list"),
    path("notices/settings", preferences.notice_settings, name="notice_settings"),
    path("notices/unsubscribe/<str:token>", preferences.unsubscribe, name="unsubscribe"),
    path("notices/read", views.notices_read, name="notices_read"),
    path("notices/<int:pk>/read", views.notice_read, name="notice_read"),
]
