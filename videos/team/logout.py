"""Signing out also clears what the browser has stored."""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse


@login_not_required
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out and clear the browser's cached clips and pages."""
    was_signed_in = request.user.is_authenticated
    response: HttpResponse = allauth.logout(request)
    if was_signed_in and not request.user.is_authenticated:
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response
