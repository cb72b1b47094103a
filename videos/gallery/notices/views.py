"""The member's notices, and marking them as read."""

from csp.decorators import csp_exempt
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from videos.gallery.shell.htmx import go, page, piece, unchanged
from videos.notices.inbox import mark_all_read, mark_read, page_of, unread_after, unread_of
from videos.team.access import member_of
from videos.wire.values import whole_number


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """All notices of the last three months, newest first; `?before=` is the last one of the page
    before."""
    lines, has_more = page_of(member_of(request), whole_number(request.GET.get("before", "")))
    context = {
        "lines": lines,
        "newest": lines[0].notice.pk if lines else 0,
        "older_url": f"?before={lines[-1].notice.pk}" if has_more else "",
        "is_first": "before" not in request.GET,
    }
    return page(request, "notices/list.html", context)


@csp_exempt()
@require_GET
def notices_new(request: HttpRequest) -> HttpResponse:
    """What came after the notice with key `after` and isn't read, for the browser to show; 204 for
    nothing. Asked by hidden tabs of members who want that."""
    lines = unread_after(member_of(request), whole_number(request.GET.get("after", "")) or 0)
    if not lines:
        return unchanged()
    toasts = [
        {
            "id": line.notice.pk,
            "text": line.text,
            "detail": line.detail,
            "url": line.path or reverse("notice_list"),
            "read": reverse("notice_read", args=[line.notice.pk]),
        }
        for line in lines
    ]
    response = JsonResponse({"notices": toasts})
    response["Cache-Control"] = "no-store"
    return response


@csp_exempt()
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell and what it lists; 204 while what is unread is what `version` says. Every open page
    asks."""
    if request.GET.get("version") == unread_of(member_of(request)).version:
        return unchanged()
    oob = {"oob": True}
    parts = [(f"_{name}.html", oob) for name in ("bell", "notices_in", "bell_said")]
    return piece(request, *parts)


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark as read what the page has shown, and what is older."""
    mark_all_read(member_of(request), whole_number(request.POST.get("newest", "")) or 0)
    return go(request, reverse("notice_list"))


@require_POST
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read. A page that was left by its link says so, too."""
    if whole_number(str(pk)) is None or not mark_read(member_of(request), pk):
        raise Http404
    return go(request, reverse("notice_list"))
