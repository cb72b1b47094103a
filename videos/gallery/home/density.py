"""How does a member choose how close together the wall shows its cards?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from videos.gallery.clips.density import COMPACT, COOKIE
from videos.gallery.shell.htmx import came_from, go

A_YEAR = 365 * 24 * 60 * 60


@require_POST
def density(request: HttpRequest) -> HttpResponse:
    """Remember the chosen density in this browser; back to the list."""
    response = go(request, came_from(request, reverse("gallery")))
    if request.POST.get("density") == COMPACT:
        response.set_cookie(
            COOKIE, COMPACT, A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
