"""How does a member without a password confirm who they are before something important?

allauth asks for the password or a code. Members who come by OpenID Connect alone have neither, and
allauth lets them go on. Here they sign in again at the provider, unless they just have.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from videos.models import Member
from videos.team.access import member_of
from videos.team.proxy_sign_in import ProxyBackend
from videos.team.sessions import signed_in_recently

View = Callable[..., HttpResponseBase]
PROXY = f"{ProxyBackend.__module__}.{ProxyBackend.__qualname__}"


def asks_first(view: View, *, back: str = "") -> View:
    """Send a member who has neither password nor second factor to the provider first, unless this
    session has just begun. They come back to the same address, or to the page named `back`."""

    @wraps(view)
    def asking(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not _must_confirm(request):
            return view(request, *args, **kwargs)
        page = reverse(back) if back else request.get_full_path()
        query = urlencode({REDIRECT_FIELD_NAME: page})
        return HttpResponseRedirect(f"{reverse('confirm_at_provider')}?{query}")

    return asking


def confirm_at_provider(request: HttpRequest) -> HttpResponse:
    """The page with the button that leads to the provider, which asks the person again."""
    back = request.GET.get(REDIRECT_FIELD_NAME, "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("mfa_index")
    context = {"back": back, "can_confirm": bool(settings.SOCIALACCOUNT_PROVIDERS)}
    return render(request, "account/confirm_at_provider.html", context)


def _must_confirm(request: HttpRequest) -> bool:
    # The proxy says with every request who is there.
    if request.session.get(BACKEND_SESSION_KEY) == PROXY:
        return False
    return not signed_in_recently(request) and not _has_proof(member_of(request))


def _has_proof(member: Member) -> bool:
    """Return True if allauth asks for a password or a code."""
    has_factor = Authenticator.objects.filter(user=member).exists()
    return member.has_usable_password() or has_factor
