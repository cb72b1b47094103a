"""What does a person see when something cannot be had?

The pages are rendered without the request: they must come up without session and database.
"""

import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)
RETRY_SECONDS = "5"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 where the body was too large."""
    if isinstance(exception, RequestDataTooBig):
        return _page("413.html", 413)
    return _page("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, in the words of whoever refused."""
    return _page("403.html", 403, str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page("404.html", 404)


def conflict(request: HttpRequest) -> HttpResponse:
    """409: somebody was faster, or a form was used twice."""
    return _page("409.html", 409)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where only the database is busy or away, which passes."""
    # Django calls this from within its `except`, and passes nothing on.
    cause = sys.exc_info()[1]
    if isinstance(cause, OperationalError | InterfaceError):
        log.error("the database does not answer: %s", cause)
        response = _page("503.html", 503)
        response["Retry-After"] = RETRY_SECONDS
        return response
    return _page("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or came from elsewhere."""
    return _page("403_csrf.html", 403)


def _page(template: str, status: int, reason: str = "") -> HttpResponse:
    response = HttpResponse(render_to_string(template, {"reason": reason}), status=status)
    response["Cache-Control"] = "no-store"
    return response
