"""What is common to every answer below /v1 and /api?

This middleware comes early in the chain, so that errors of Django itself (a wrong host, a failed
view) are JSON, too: a script must not have to read HTML.
"""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from videos.gateway.responses import Refusal, request_id

log = logging.getLogger(__name__)
LANGUAGE = "en"
KEPT = ("Allow", "Content-Range", "Retry-After", "Cache-Control", "Accept-Ranges", "ETag")
PLAIN_HTTP = "Use https://. If this request carried a token, revoke it: it was sent unencrypted."
MESSAGES = {
    400: "The request is malformed, or its Host header is not allowed.",
    413: "The request body is too large.",
    416: "The range is outside the file.",
    500: "Internal error. Look for this request's ID in the log of Dailies.",
    503: "Dailies is busy. Try again in a few seconds.",
}


class Gateway:
    """Gives each request an id, answers errors in the API's format and in English, and logs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request below /v1 or /api; all other requests pass unchanged."""
        if not _is_api(request):
            return self.get_response(request)
        # Some clients end every address with a slash.
        if request.path_info not in ("/v1/", "/api/"):
            request.path_info = request.path_info.rstrip("/")
        request.request_id = f"req_{secrets.token_hex(12)}"  # type: ignore[attr-defined]
        with translation.override(LANGUAGE):
            if settings.SECURE_SSL_REDIRECT and not request.is_secure():
                # A redirect would hide that the token has just crossed the network in the clear.
                response: HttpResponseBase = Refusal(
                    403, PLAIN_HTTP, code="https_required"
                ).answer()
            else:
                response = _as_api_error(self.get_response(request))
        response["x-request-id"] = request_id(request)
        response.headers.setdefault("Cache-Control", "no-store")
        _write_log(request, response.status_code)
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Answer in English, whatever language LocaleMiddleware has chosen from the request."""
        if _is_api(request):
            translation.activate(LANGUAGE)


def _is_api(request: HttpRequest) -> bool:
    return f"{request.path_info}/".startswith(("/v1/", "/api/"))


def _as_api_error(response: HttpResponseBase) -> HttpResponseBase:
    """The response, or the API's error in place of an error page of Django's."""
    content_type = response.get("Content-Type", "")
    if response.status_code < 400 or content_type.startswith("application/json"):
        return response
    status = response.status_code
    message = MESSAGES.get(status, "")
    if isinstance(response, HttpResponse) and content_type.startswith("text/plain"):
        message = response.content.decode(errors="replace").strip() or message
    refusal = Refusal(
        status,
        message or f"{HTTPStatus(status).phrase}.",
        headers={name: response[name] for name in KEPT if name in response},
    )
    response.close()
    return refusal.answer()


def _write_log(request: HttpRequest, status: int) -> None:
    level = logging.INFO
    if status >= 500:
        level = logging.ERROR
    elif status < 400 and request.method in ("GET", "HEAD"):
        level = logging.DEBUG  # Polls come by the thousand.
    log.log(
        level,
        "%s %s %s %s %s",
        request_id(request),
        request.method,
        quote(request.path)[:200],
        status,
        getattr(request, "caller", "-"),
    )
