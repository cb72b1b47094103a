"""Which tags match what is being typed?"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from videos.gallery.shell.htmx import piece
from videos.models import Tag
from videos.models.organise import tag_key

MAX_SHOWN = 20


@require_GET
def tag_options(request: HttpRequest) -> HttpResponse:
    """Options for a datalist. Of a comma-separated list the last tag is completed."""
    typed = request.GET.get("tag", "") or request.GET.get("tags", "")
    before, comma, last = typed[:400].rpartition(",")
    start = tag_key(last.lstrip().lstrip("#"))
    rows = Tag.objects.filter(key__startswith=start) if start else Tag.objects.all()
    prefix = f"{before.strip()}, " if comma else ""
    options = [prefix + name for name in rows.values_list("name", flat=True)[:MAX_SHOWN]]
    return piece(request, ("home/_tag_options.html", {"options": options}))
