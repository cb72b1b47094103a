"""May this visitor see what is behind this link? Every public view is behind `shared`."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from videos.models import ShareLink, VideoJob
from videos.sharing.links import clips_of, find_link, why_closed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
# Links that this browser knows the password of.
UNLOCKED = "unlocked_shares"
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    # The address is the key: it goes to no other site.
    "Referrer-Policy": "no-referrer",
}


def public(view: View[P]) -> View[P]:
    """Public, but not for search engines."""

    @login_not_required
    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return opened


def entrance(
    request: HttpRequest, token: str
) -> tuple[ShareLink | None, Callable[[], HttpResponse]]:
    """The link, where it opens for this visitor; and the page that says why it does not."""
    link = find_link(token)
    if link is None:
        return None, lambda: closed(request, token)
    if is_locked(request, link):
        # A clip's own address does not even say that it exists.
        return None, lambda: locked(request, token, status=404)
    return link, lambda: closed(request, token)


def is_locked(request: HttpRequest, link: ShareLink) -> bool:
    """Return True where the link has a password that this visitor has not given yet."""
    return bool(link.password) and link.pk not in request.session.get(UNLOCKED, [])


def unlock(request: HttpRequest, link: ShareLink) -> None:
    """Remember that this visitor knows the password."""
    # Against session fixation: the session gets a new key when it opens the link.
    request.session.cycle_key()
    request.session[UNLOCKED] = [*request.session.get(UNLOCKED, []), link.pk]


def covered(link: ShareLink, public_id: str) -> VideoJob | None:
    """The clip, where the link shows it."""
    return clips_of(link).filter(public_id=public_id).first()


def locked(request: HttpRequest, token: str, *, error: str = "", status: int = 200) -> HttpResponse:
    """The question for the password, which says nothing of what is behind it."""
    context = {"token": token, "error": error, "has_forms": True}
    return render(request, "guest_pages/locked.html", context, status=status)


def closed(request: HttpRequest, token: str) -> HttpResponse:
    """404, in plain words."""
    titles = {"expired": _("This link has expired"), "revoked": _("This link was closed")}
    title = titles.get(why_closed(token), _("This link doesn't work"))
    text = _("Ask the person who sent it to you for a new one.")
    return notice(request, title, text, 404)


def notice(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    """A page with nothing but a sentence."""
    return render(request, "guest_pages/notice.html", {"title": title, "text": text}, status=status)
