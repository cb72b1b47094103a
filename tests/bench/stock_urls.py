"""One empty page for whoever is logged in."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def floor(request: HttpRequest) -> HttpResponse:
    """What any page behind the login costs at least."""
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("bench/floor", floor)]
