"""Which address leads where?"""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("videos.gallery.urls")),
    path("", include("videos.team.urls")),
    path("v1/", include("videos.gateway.urls")),
    path("webhooks/", include("videos.webhooks.urls")),
]

handler400 = "videos.gallery.shell.errors.bad_request"
handler403 = "videos.gallery.shell.errors.forbidden"
handler404 = "videos.gallery.shell.errors.not_found"
handler500 = "videos.gallery.shell.errors.server_error"
