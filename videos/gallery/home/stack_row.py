"""What does a stack hold beside those of its clips that the wall shows?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from videos.gallery.clips.card import for_cards, render_cards
from videos.gallery.clips.density import is_compact
from videos.gallery.shell.htmx import piece
from videos.models import Stack, visible_jobs
from videos.models.ids import is_video_id
from videos.team.access import member_of

# So many clips are in the row; the page of the stack has all of them.
MAX_CARDS = 24
# The page names those of the stack that it shows; a stack has no more on one page.
MAX_SHOWN = 100


@require_GET
def stack_row(request: HttpRequest, pk: int) -> HttpResponse:
    """The clips of a stack, newest first, without those that are `shown` on the wall. The wall puts
    them under the row of the stack's card."""
    member = member_of(request)
    stack = get_object_or_404(Stack, pk=pk)
    rows = visible_jobs(member).live().filter(stack=stack)
    shown = [each for each in request.GET.getlist("shown")[:MAX_SHOWN] if is_video_id(each)]
    total, others = rows.count(), rows.exclude(public_id__in=shown)
    if not total:
        raise Http404("Stack not found.")
    jobs = list(for_cards(others).order_by("-pk")[:MAX_CARDS])
    count = len(jobs) if len(jobs) < MAX_CARDS else others.count()
    context = {
        "stack": pk,
        "cards": render_cards(jobs, member, is_compact=is_compact(request)),
        "count": count,
        "total": total,
        "shown": len(jobs),
    }
    return piece(request, ("home/_stack_row.html", context))
