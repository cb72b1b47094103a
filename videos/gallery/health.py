"""Is this process alive, and could it do its work?"""

import os

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from videos import jobs
from videos.models import Heartbeat

PROBE = "readyz"


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return _words("ok", 200)


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, archive and mirror are there; otherwise 503 and what is missing."""
    troubles = [trouble for trouble in (_database(), _archive()) if trouble]
    if not troubles and (trouble := mirror_trouble()):
        troubles.append(trouble)
    return _words("; ".join(troubles), 503) if troubles else _words("ready", 200)


def mirror_trouble() -> str:
    """Why nothing would move just now; empty while a mirror goes round."""
    last = jobs.mirror_silence()
    if last is None:
        return "no mirror has ever run here"
    seen, silence = last
    if silence > jobs.MIRROR_IS_LATE:
        return f"no mirror has gone round since {seen:%Y-%m-%d %H:%M:%S} UTC"
    return ""


def _database() -> str:
    try:
        # A deletion of nothing takes the write lock, and leaves nothing behind.
        with transaction.atomic():
            Heartbeat.objects.filter(name=PROBE).delete()
    except Error:
        return "the database does not answer or cannot be written"
    return ""


def _archive() -> str:
    folder = settings.ARCHIVE_DIR
    parent = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    writable = parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)
    return "" if writable else "the archive's folder cannot be written"


def _words(text: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
