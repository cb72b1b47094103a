"""What is left in the browser after signing out? Nothing of the team's."""

from allauth.account import views as allauth
from django.http import HttpRequest, HttpResponse


def logout(request: HttpRequest) -> HttpResponse:
    """Sign out, and have the browser forget the clips and pages it has kept."""
    was_signed_in = request.user.is_authenticated
    response: HttpResponse = allauth.logout(request)
    if was_signed_in and not request.user.is_authenticated:
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response
