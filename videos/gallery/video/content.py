"""How does a person reach the bytes of a clip?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from videos.gallery.shell.lookup import refuse_hidden
from videos.jobs.media import serve
from videos.models import Kind


@require_safe
def content(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """`?variant=` as in the API, `?download=1` for a file to keep, `?v=` for a lasting address."""
    refuse_hidden(request, public_id)
    variant = request.GET.get("variant", Kind.VIDEO)
    download = request.GET.get("download") == "1"
    try:
        return serve.content_response(request, public_id, variant, download=download)
    except serve.NoBytes as nothing:
        if nothing.code == "not_found":
            raise Http404 from nothing
        return HttpResponse(
            f"{nothing}\n",
            status=nothing.status,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store"},
        )
