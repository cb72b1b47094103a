"""Is this process alive, and could it do its work?"""

import os
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from videos.jobs.health import checks


class HealthChecks:
    """Answers the two checks before anything looks at the Host or redirects.

    Load balancers and other containers ask by address or by a name of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of a check; of the application for every other path."""
        check = {"/healthz": healthz, "/readyz": readyz}.get(request.path_info)
        return check(request) if check else self.get_response(request)


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return _text_response("ok", 200)


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 if database, archive and mirror work and no disk is full; else 503 and what is wrong."""
    problems = (checks.database_trouble(), _archive(), checks.disk_trouble() and "a disk is full")
    troubles = [trouble for trouble in problems if trouble]
    if not troubles and (trouble := checks.mirror_trouble()):
        troubles.append(trouble)
    return _text_response("; ".join(troubles), 503) if troubles else _text_response("ready", 200)


def _archive() -> str:
    folder = settings.ARCHIVE_DIR
    parent = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    writable = parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)
    return "" if writable else "the archive's folder can't be written"


def _text_response(text: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
