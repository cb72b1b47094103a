"""Which of the unfinished cards on this page have changed? One request for all of them."""

import re

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from videos.gallery.clips.card import for_cards, swapped_cards
from videos.gallery.clips.density import is_compact
from videos.gallery.clips.filters import searched_for
from videos.gallery.clips.waiting import attach_waits, state_of
from videos.gallery.shell.htmx import piece, unchanged
from videos.models import Member, visible_jobs
from videos.models.ids import VIDEO_ID
from videos.team.access import member_of

# live.js asks for so many at a time, those that are looked at first.
MAX_CARDS = 48
SEEN = re.compile(rf"({VIDEO_ID})\.([0-9]{{1,9}}(?:-[0-9a-f]{{8}})?)")
STATE = ("public_id", "version", "status", "provider_id", "submit_started_at", "trashed_at")


@csp_exempt()
@require_GET
def poll(request: HttpRequest) -> HttpResponse:
    """204 while nothing has changed; otherwise the changed cards."""
    member, seen = member_of(request), read_seen(request.GET.get("jobs", ""))
    states = _states(member, list(seen))
    if states == seen:
        return unchanged()
    changed = [each for each, state in states.items() if seen[each] != state]
    rows = list(for_cards(visible_jobs(member).live().filter(public_id__in=changed)))
    compact, query = is_compact(request), searched_for(request)
    context = {
        "cards": swapped_cards(rows, member, is_compact=compact, query=query),
        "gone": [each for each in seen if each not in states],
    }
    return piece(request, ("clips/_poll.html", context))


def _states(member: Member, public_ids: list[str]) -> dict[str, str]:
    """Public id → state of those cards that are still there."""
    rows = list(visible_jobs(member).live().filter(public_id__in=public_ids).only(*STATE))
    attach_waits(rows)
    return {job.public_id: state_of(job) for job in rows}


def read_seen(text: str) -> dict[str, str]:
    """Public id → state of what a page shows; anything else in `text` is passed over."""
    parsed = (SEEN.fullmatch(each) for each in text[:4000].split(","))
    return {match[1]: match[2] for match in list(parsed)[:MAX_CARDS] if match}
