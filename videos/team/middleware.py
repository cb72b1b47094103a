"""Which pages need a sign-in, and who does the audit log name for what a request changes?"""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from videos.models import Member
from videos.models.audit import Means
from videos.models.audit_record import ChangeSource, changes_from
from videos.team.account_changes import has_admin
from videos.team.addresses import exact_address
from videos.team.sessions import record_last_seen

log = logging.getLogger(__name__)
SAFE = ("GET", "HEAD", "OPTIONS")
# Not 403 and CSRF, which `videos.gallery.shell.errors` logs.
REFUSED = frozenset({400, 405, 409, 413, 422, 429})
LOGGED_ELSEWHERE = ("/v1/", "/api/", "/webhooks/")


class AuditSource:
    """Lets the audit log name the browser's member and address for what a request changes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        with changes_from(
            ChangeSource(
                Means.BROWSER,
                member=lambda: _member(request),
                address=lambda: exact_address(request),
            )
        ):
            return self.get_response(request)


def _member(request: HttpRequest) -> Member | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, Member) else None


class LoginRequired(LoginRequiredMiddleware):
    """Requires a sign-in for all views without `login_not_required`, and forbids caching."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """A redirect to the login or the first visit; None to go on."""
        is_open = not getattr(view_func, "login_required", True)
        match = request.resolver_match
        # Before `request.user`, which would read the session: open views don't need it.
        if is_open and not (match and match.url_name == "account_login"):
            return None
        if request.user.is_authenticated:
            record_last_seen(request)
            return None
        # Only requests without a sign-in cause this query.
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
        """Redirect the whole page to `url`, also when htmx asked for a fragment."""
        to_page = HttpResponseClientRedirect(url) if _htmx(request) else redirect(url)
        patch_vary_headers(to_page, ["HX-Request"])
        return to_page

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Keep pages out of caches, unless the view has set its own Cache-Control. Input that was
        refused leaves a line in the log."""
        if response.status_code in REFUSED and request.method not in SAFE:
            _log_refusal(request, response.status_code)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def _log_refusal(request: HttpRequest, status: int) -> None:
    if request.path.startswith(LOGGED_ELSEWHERE):
        return
    try:
        who = getattr(_member(request), "username", "a stranger")
    except Error:
        who = "someone"
    log.info("%s: %s %s was refused (%s)", who, request.method, quote(request.path)[:200], status)


def _way_back(request: HttpRequest) -> str:
    """The page to open after the login: never a fragment or the target of a form."""
    if htmx := _htmx(request):
        return htmx.current_url_abs_path or ""
    return request.get_full_path() if request.method in ("GET", "HEAD") else ""


def _htmx(request: HttpRequest) -> HtmxDetails:
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return details
