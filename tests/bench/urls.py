"""The project's addresses, and a logged-in empty page to compare with."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from dashboard.urls import handler400, handler403, handler404, handler500
from dashboard.urls import urlpatterns as project

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def floor(request: HttpRequest) -> HttpResponse:
    """What any page behind the login costs at least."""
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("bench/floor", floor), *project]
