"""The project's URLs."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from videos.admin.site import site as admin_site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("videos.gallery.urls")),
    path("", include("videos.team.urls")),
    path("language", login_not_required(require_POST(set_language)), name="set_language"),
    path("v1/", include("videos.gateway.urls")),
    path("api/", include("videos.gateway.review.urls")),
    path("webhooks/", include("videos.webhooks.urls")),
    path("admin/", admin_site.urls),
]

handler400 = "videos.gallery.shell.errors.bad_request"
handler403 = "videos.gallery.shell.errors.forbidden"
handler404 = "videos.gallery.shell.errors.not_found"
handler500 = "videos.gallery.shell.errors.server_error"
