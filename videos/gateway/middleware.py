"""What does every answer below /v1 carry, and what may never leave there?

First in the chain, so that also what Django itself refuses (a wrong host, an error of ours) comes
as JSON: a script must not have to read HTML.
"""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from videos.gateway.responses import Refusal, request_id

log = logging.getLogger(__name__)
KEPT = ("Allow", "Content-Range", "Retry-After", "Cache-Control", "Accept-Ranges", "ETag")
WORDS = {
    400: "The request is malformed, or its host is not one of ours.",
    413: "The request body is too large.",
    416: "The range lies outside of the file.",
    500: "Dailies made an error. Its log tells more under this request's id.",
    503: "Dailies is busy. Try again in a few seconds.",
}


class Gateway:
    """Gives each request an id, turns foreign errors into the API's, writes the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Everything outside of /v1 passes untouched."""
        if not (request.path_info == "/v1" or request.path_info.startswith("/v1/")):
            return self.get_response(request)
        # Some clients end every address with a slash.
        if request.path_info != "/v1/":
            request.path_info = request.path_info.rstrip("/")
        request.request_id = f"req_{secrets.token_hex(12)}"  # type: ignore[attr-defined]
        response = _in_the_apis_words(self.get_response(request))
        response["x-request-id"] = request_id(request)
        response.headers.setdefault("Cache-Control", "no-store")
        _write_log(request, response.status_code)
        return response


def _in_the_apis_words(response: HttpResponseBase) -> HttpResponseBase:
    told = response.get("Content-Type", "")
    if response.status_code < 400 or told.startswith("application/json"):
        return response
    status = response.status_code
    words = WORDS.get(status, "")
    if isinstance(response, HttpResponse) and told.startswith("text/plain"):
        words = response.content.decode(errors="replace").strip() or words
    refusal = Refusal(
        status,
        words or f"{HTTPStatus(status).phrase}.",
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
