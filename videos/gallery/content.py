"""How does a person reach the bytes of a clip?"""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from videos.archive import serve
from videos.jobs.keeping import door
from videos.models import Kind, Member
from videos.models.prepared import Question, foreseen
from videos.team import recognition

CONTENT = re.compile(r"/videos/(video_[0-9a-f]{32})/content")


@require_safe
def content(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """`?variant=` as in the API, `?download=1` for a file to keep, `?v=` for a lasting address."""
    variant = request.GET.get("variant", Kind.VIDEO)
    download = request.GET.get("download") == "1"
    try:
        return door.pass_bytes(request, public_id, variant, download=download)
    except door.NoBytes as nothing:
        if nothing.code == "not_found":
            raise Http404 from nothing
        return HttpResponse(
            f"{nothing}\n",
            status=nothing.status,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store"},
        )


class _LongWay(Exception):
    """Nobody is known by this session, or it has to be changed, and its cookie with it."""


class _Session(recognition.SessionStore):
    """A member's session as it is. Whoever changes it must be able to send the new cookie."""

    def cycle_key(self) -> None:
        """Django's wish where the session was signed with a key that is being replaced."""
        raise _LongWay

    def flush(self) -> None:
        """Django's wish where the password has changed since."""
        raise _LongWay


def _questions(request: HttpRequest, session: _Session, public_id: str) -> list[Question]:
    """What will be asked of the database, as far as one can guess whose session this is."""
    whose = recognition.expected(session)
    variant = request.GET.get("variant", Kind.VIDEO)
    return [*whose, serve.expected(public_id, variant)] if whose else []


class Door:
    """The short way to the bytes, for members: a player asks for dozens of ranges, a page for
    dozens of pictures.

    It asks what the long way asks, and leaves out what only pages need: forms, messages, htmx.
    Whoever is not known, and what is not there, takes the long way, to the login or the error page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or pass on."""
        found = CONTENT.fullmatch(request.path_info)
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if not (found and key and request.method in ("GET", "HEAD")):
            return self.get_response(request)
        request.get_host()  # Refuses a host that is not ours.
        request.session = session = _Session(key)
        try:
            with foreseen(*_questions(request, session, found[1])):
                member = get_user(request)
                if not isinstance(member, Member):
                    raise _LongWay
                response = content(request, found[1])
        except (Http404, _LongWay):
            return self.get_response(request)
        recognition.remember(key, member)
        patch_vary_headers(response, ["Cookie"])
        response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        return response
