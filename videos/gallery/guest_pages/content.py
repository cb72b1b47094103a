"""How do visitors of a share link reach the bytes of its clips?"""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from videos.gallery.guest_pages.access import covered, entrance, public
from videos.jobs.media import serve
from videos.models import Kind


@public
@require_safe
def share_content(request: HttpRequest, token: str, public_id: str) -> HttpResponseBase:
    """`?variant=` as everywhere, `?download=1` where the link allows it."""
    link, _closed = entrance(request, token)
    if link is None or covered(link, public_id) is None:
        return _text(_("Not found."), 404)
    download = request.GET.get("download") == "1"
    if download and not link.allow_download:
        return _text(_("This link doesn't allow downloads."), 403)
    # The prompt's words in the name of the file would give the prompt away.
    title = None if link.show_prompts else link.title
    variant = request.GET.get("variant", Kind.VIDEO)
    try:
        answer = serve.content_response(request, public_id, variant, download=download, title=title)
    except serve.NoBytes as nothing:
        # Its own words are for members: they can name the provider. Errors of ours would write the
        # address, and so the token, into the log.
        text = _("This clip can't be played right now. Try again later.")
        return _text(text, 416 if nothing.status == 416 else 404)
    # Never kept without asking: a link can be closed.
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _text(text: str, status: int) -> HttpResponse:
    return HttpResponse(
        f"{text}\n",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store, private"},
    )
