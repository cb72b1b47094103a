"""How do guests comment and decide?"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.guest_pages.access import covered, entrance, notice, public
from videos.gallery.guest_pages.clips import GUEST, PRESS, Draft, shared_clip
from videos.gallery.guest_pages.limits import may_write
from videos.gallery.guest_pages.page import show_page
from videos.gallery.shell.htmx import wants_piece
from videos.jobs.errors import ValidationFailed
from videos.models import ShareLink, VideoJob
from videos.review.decisions import Author
from videos.sharing.guests import comment_as_guest, decide_as_guest, guest_name, undo_as_guest
from videos.team.redirects import SeeOther

Act = Callable[[HttpRequest, ShareLink, VideoJob], None]


@public
@require_POST
def share_comment(request: HttpRequest, token: str, public_id: str) -> HttpResponseBase:
    """Say something about a clip, at a moment of it or as a whole."""
    return _answer(request, token, public_id, "allow_comments", _comment)


@public
@require_POST
def share_decide(request: HttpRequest, token: str, public_id: str) -> HttpResponseBase:
    """Approve a clip, send it back, reject it, or take that back."""
    return _answer(request, token, public_id, "allow_decisions", _decide)


def _comment(request: HttpRequest, link: ShareLink, job: VideoJob) -> None:
    author, sent = _author(request, link), request.POST
    text, start = sent.get("text", ""), sent.get("start", "")
    comment_as_guest(author, job, text, sent.get("key", ""), start=start)


def _decide(request: HttpRequest, link: ShareLink, job: VideoJob) -> None:
    author, sent = _author(request, link), request.POST
    verdict, text, start = sent.get("verdict", ""), sent.get("text", ""), sent.get("start", "")
    if verdict == "undo":
        undo_as_guest(author, request.session.pop(PRESS, "") or "none")
        return
    done = decide_as_guest(author, job, verdict, text, sent.get("key", ""), start=start)
    request.session[PRESS] = done.press


def _author(request: HttpRequest, link: ShareLink) -> Author:
    """The guest, by the name in the form or the one given before. Raises ValidationFailed."""
    name = guest_name(request.POST.get("guest", "") or request.session.get(GUEST, ""))
    if request.session.get(GUEST) != name:
        request.session[GUEST] = name
    return Author(guest=name, link=link)


def _answer(
    request: HttpRequest, token: str, public_id: str, permission: str, act: Act
) -> HttpResponseBase:
    link, refuse = entrance(request, token)
    job = covered(link, public_id) if link else None
    if link is None or job is None:
        return refuse()
    if not getattr(link, permission):
        title, text = _("Not allowed"), _("This link is only for watching.")
        return notice(request, title, text, 403)
    if not may_write(request, link):
        error = _("Too many requests. Wait a minute, then try again.")
        return _show(request, link, token, job, 429, {"": error})
    try:
        act(request, link, job)
    except ValidationFailed as refused:
        return _show(request, link, token, job, 422, refused.errors)
    if wants_piece(request):
        return _show(request, link, token, job, 200, {})
    return SeeOther(f"{reverse('share', args=[token])}?clip={public_id}#{public_id}")


def _show(
    request: HttpRequest,
    link: ShareLink,
    token: str,
    job: VideoJob,
    status: int,
    errors: dict[str, str],
) -> HttpResponse:
    """What was said about this clip and its form, alone or within the page."""
    draft = Draft(job.public_id, errors, request.POST) if errors else None
    if not wants_piece(request):
        return show_page(request, link, token, job.public_id, draft=draft, status=status)
    context = {"link": link, "token": token, "clip": shared_clip(request, link, token, job, draft)}
    return render(request, "guest_pages/_talk.html", context, status=status)
