from django.urls import path

from videos.gallery.notices import addresses, preferences, views

urlpatterns = [
    path("notices", views.notice_list, name="notice_list"),
    path("notices/settings", preferences.notice_settings, name="notice_settings"),
    path("notices/address", preferences.notice_address, name="notice_address"),
    path("notices/address/remove", addresses.notice_address_remove, name="notice_address_remove"),
    path("notices/address/test", addresses.notice_address_test, name="notice_address_test"),
    path("settings/chat", addresses.team_address, name="team_address"),
    path("settings/chat/remove", addresses.team_address_remove, name="team_address_remove"),
    path("settings/chat/test", addresses.team_address_test, name="team_address_test"),
    path("notices/unsubscribe/<str:token>", preferences.unsubscribe, name="unsubscribe"),
    path("notices/bell", views.bell, name="bell"),
    path("notices/new", views.notices_new, name="notices_new"),
    path("notices/read", views.notices_read, name="notices_read"),
    path("notices/<int:pk>/read", views.notice_read, name="notice_read"),
]
