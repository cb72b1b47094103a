"""The settings of a web server that says how it was called: as `web_settings`, and one page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.web_settings import *  # noqa: F403

ROOT_URLCONF = "tests.scheme_settings"


@login_not_required
def scheme(request: HttpRequest) -> HttpResponse:
    """Scheme and address of the caller, as Django sees them."""
    return HttpResponse(f"{request.scheme}:// {request.META['REMOTE_ADDR']}")


urlpatterns = [path("scheme", scheme), path("bench/floor", scheme)]
