"""Where did the pages for expired clips and for the trash go?"""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from videos.gallery.clips.filters import clean_query


@require_safe
@cache_control(no_store=True)
def moved(request: HttpRequest, to: str) -> HttpResponse:
    """The page's new address, with the words that were searched for."""
    query = clean_query(request.GET.get("q", ""))
    return HttpResponsePermanentRedirect(reverse(to, query={"q": query} if query else None))
