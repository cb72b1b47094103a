"""Which URLs belong to signing in by OpenID Connect? allauth's views, for their methods only."""

from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from videos.team.redirects import SeeOther


@require_safe
@login_not_required
def cancelled(request: HttpRequest) -> HttpResponse:
    """Back to the sign-in page: the person has cancelled at the provider."""
    return SeeOther("account_login")


urlpatterns = [
    path("cancelled/", cancelled, name="socialaccount_login_cancelled"),
    path("<slug:provider_id>/login/", require_POST(views.login), name="openid_connect_login"),
    path(
        "<slug:provider_id>/login/callback/",
        require_safe(views.callback),
        name="openid_connect_callback",
    ),
]
