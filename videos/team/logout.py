"""What is left in the browser after signing out? Nothing of the team's."""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse


@login_not_required
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out, and have the browser forget the clips and pages it has kept."""
    was_signed_in = request.user.is_authenticated
    response: HttpResponse = allauth.logout(request)
    if was_signed_in and not request.user.is_authenticated:
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response
