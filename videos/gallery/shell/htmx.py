"""Does the request want a page or a fragment, and how does the response tell htmx what to do?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

LISTS = ("gallery", "cleanup", "cleanup_lost", "cleanup_safe", "trash", "collection_detail")


@dataclass(frozen=True)
class Toast:
    """A short message at the edge of the page, with an Undo where `undo_url` says so, and with
    `reasons` to choose from, which are sent to `reason_url`."""

    text: str
    level: str = "success"
    undo_url: str = ""
    reason_url: str = ""
    # A list, as the session gives it back.
    reasons: list[str] = field(default_factory=list)


def wants_piece(request: HttpRequest) -> bool:
    """Is a bare fragment asked for? A restored history entry and a boosted link want the page."""
    htmx = details(request)
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A whole page, which no cache may keep: it is behind the login."""
    return _private(HttpResponse(render_to_string(template, context, request), status=status))


def piece(
    request: HttpRequest,
    *parts: tuple[str, dict[str, Any]] | str,
    status: int = 200,
    toasts: Sequence[Toast] = (),
) -> HttpResponse:
    """A fragment of (template, context) pairs and ready markup, with toasts out of band."""
    texts = [p if isinstance(p, str) else render_to_string(*p, request) for p in parts]
    if toasts:
        context = {"toasts": toasts, "oob": True}
        texts.append(render_to_string("_toasts.html", context, request))
    return _private(HttpResponse("\n".join(texts), status=status))


def unchanged() -> HttpResponse:
    """204 for a poll. Every open page gets it every two seconds, so it has few headers; a view
    that polls is `csp_exempt` as well."""
    response = HttpResponse(status=204)
    del response["Content-Type"]
    response["Cache-Control"] = "no-store"
    response.xframe_options_exempt = True
    return response


def go(request: HttpRequest, url: str, *toasts: Toast) -> HttpResponse:
    """Send the browser to `url`, where the toasts are shown."""
    if toasts:
        earlier = request.session.get("toasts", [])
        # A double click is answered twice, and shown once.
        fresh = [vars(toast) for toast in toasts if vars(toast) not in earlier]
        request.session["toasts"] = [*earlier, *fresh][-5:]
    if details(request):
        response = _private(HttpResponse(status=204))
        response["HX-Redirect"] = url
        return response
    redirect = HttpResponseRedirect(url)
    redirect.status_code = 303
    return _private(redirect)


def came_from(request: HttpRequest, default: str) -> str:
    """The list that the request was made from, with its filters and page: the form or the address
    names it, or the browser says so. Any other page gives `default`."""
    list_url = request.POST.get("list") or request.GET.get("list", "")
    asked_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    return _as_list(request, list_url or asked_from) or default


def _as_list(request: HttpRequest, url: str) -> str:
    """The path and query of one of our lists; empty for any other address."""
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}):
        return ""
    parts = urlsplit(url)
    try:
        is_list = resolve(parts.path).url_name in LISTS
    except Resolver404:
        is_list = False
    if not is_list:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def details(request: HttpRequest) -> HtmxDetails:
    """What htmx said about itself; false where it was not htmx that asked."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return details


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["HX-Request"])
    return response
