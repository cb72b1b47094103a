"""What does a person see when something cannot be had?

The pages are rendered without the request: they must come up without session and database.
"""

import logging
import sys
from typing import Any
from urllib.parse import quote

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from videos.archive.errors import is_disk_full
from videos.gallery.shell.bulk import TooManySelected

log = logging.getLogger(__name__)
RETRY_SECONDS = "5"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 where the body was too large."""
    if isinstance(exception, RequestDataTooBig):
        return _page("413.html", 413)
    if isinstance(exception, SessionInterrupted) and (cause := _database_error(exception)):
        return _busy(request, cause)
    return _page("400.html", 400, str(exception) if isinstance(exception, TooManySelected) else "")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the message of the exception."""
    log.warning("%s was refused: %s %s", _who(request), request.method, quote(request.path)[:200])
    return _page("403.html", 403, str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page("404.html", 404)


def conflict(request: HttpRequest) -> HttpResponse:
    """409: someone else changed this first, or a form was used twice."""
    return _page("409.html", 409)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where only the database is busy or away, or a disk is full, which passes."""
    # Django calls this from within its `except`, and passes nothing on.
    cause = sys.exc_info()[1]
    if isinstance(cause, OperationalError | InterfaceError) or (cause and is_disk_full(cause)):
        return _busy(request, cause)
    return _page("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or came from elsewhere."""
    log.warning("a form for %s was refused: %s", quote(request.path)[:200], reason)
    return _page("403_csrf.html", 403)


def _who(request: HttpRequest) -> str:
    try:
        return getattr(request.user, "username", "") or "a stranger"
    except (AttributeError, Error):
        return "someone"


def _busy(request: HttpRequest, cause: BaseException) -> HttpResponse:
    is_full = is_disk_full(cause)
    log.error("a disk is full: %s" if is_full else "the database doesn't answer: %s", cause)
    response = _page("503.html", 503, sent=_sent(request), is_full=is_full)
    response["Retry-After"] = RETRY_SECONDS
    return response


def _database_error(error: BaseException | None) -> BaseException | None:
    """What is behind it: Django calls any session that could not be written an interrupted one."""
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        error = error.__context__
    return error


def _sent(request: HttpRequest) -> dict[str, Any]:
    """A prompt that could not be taken, with the rest of its form: what was typed is not lost.

    The form's one-time key goes along, so that sending again can never make a second clip.
    """
    try:
        if request.method != "POST" or "prompt" not in request.POST:
            return {}
        rest = [(name, value) for name, value in request.POST.items() if name != "prompt"]
        return {
            "to": request.path,
            "prompt": request.POST["prompt"],
            "rest": rest,
            # A page cannot give a chosen file back.
            "with_file": bool(request.FILES),
        }
    except (OSError, SuspiciousOperation, MultiPartParserError, RawPostDataException):
        return {}


def _page(
    template: str,
    status: int,
    reason: str = "",
    *,
    sent: dict[str, Any] | None = None,
    is_full: bool = False,
) -> HttpResponse:
    context = {"reason": reason, "sent": sent or {}, "is_full": is_full}
    response = HttpResponse(render_to_string(template, context), status=status)
    response["Cache-Control"] = "no-store"
    return response
