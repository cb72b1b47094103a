"""Which pages does nobody see without an account?"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from videos.team.account_changes import has_admin


class LoginRequired(LoginRequiredMiddleware):
    """All but the views that say otherwise. Nothing that passes here stays in a cache unasked."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """None lets the request pass."""
        is_open = not getattr(view_func, "login_required", True)
        match = request.resolver_match
        # Asked before the session is opened, which these views leave alone.
        if is_open and not (match and match.url_name == "account_login"):
            return None
        if request.user.is_authenticated:
            return None
        # Only strangers cause this query, and they are few.
        if not has_admin():
            return self._send(request, resolve_url("welcome"))
        return None if is_open else self._to_login(request, view_func)

    def _to_login(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        url = self.get_login_url(view_func)
        back = _way_back(request)
        field = self.get_redirect_field_name(view_func)
        return self._send(
            request, resolve_url(url) + (f"?{urlencode({field: back})}" if back else "")
        )

    def _send(self, request: HttpRequest, url: str) -> HttpResponse:
        """To `url`, with the whole page: a login inside a card would help nobody."""
        to_page = HttpResponseClientRedirect(url) if _htmx(request) else redirect(url)
        patch_vary_headers(to_page, ["HX-Request"])
        return to_page

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Pages of the team do not outlive the session; views of files say their own."""
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def _way_back(request: HttpRequest) -> str:
    """The page to open after the login: never a fragment, nor what only takes a form."""
    if htmx := _htmx(request):
        return htmx.current_url_abs_path or ""
    return request.get_full_path() if request.method in ("GET", "HEAD") else ""


def _htmx(request: HttpRequest) -> HtmxDetails:
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return details
