"""Which of the cards on this page have changed? One request for all of them."""

import re
from collections.abc import Iterable

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from videos.gallery.clips.card import for_cards, is_pending, swapped_cards
from videos.gallery.clips.density import is_compact
from videos.gallery.clips.waiting import note_waits, state_of
from videos.gallery.shell.htmx import piece, unchanged
from videos.models import Member, visible_jobs
from videos.models.ids import VIDEO_ID
from videos.team.access import member_of

MAX_CARDS = 48
SEEN = re.compile(rf"({VIDEO_ID})\.([0-9]{{1,9}}(?:-[0-9a-f]{{8}})?)")
STATE = ("public_id", "version", "status", "provider_id", "submit_started_at", "trashed_at")


@csp_exempt()
@require_GET
def poll(request: HttpRequest) -> HttpResponse:
    """204 while nothing has changed; otherwise the changed cards and a poller for the rest."""
    member, seen = member_of(request), read_seen(request.GET.get("jobs", ""))
    states = _states(member, list(seen))
    if seen and states == seen:
        return unchanged()
    changed = [each for each, state in states.items() if seen[each] != state]
    rows = list(for_cards(visible_jobs(member).live().filter(public_id__in=changed)))
    cards = swapped_cards(rows, member, is_compact=is_compact(request))
    fresh = {job.public_id: job for job in rows}
    waiting = {
        each: state_of(fresh[each]) if each in fresh else state
        for each, state in states.items()
        if each not in fresh or is_pending(fresh[each])
    }
    context = {
        "cards": cards,
        "gone": [each for each in seen if each not in states],
        **poller(waiting.items()),
    }
    return piece(request, ("clips/_poll.html", context))


def _states(member: Member, public_ids: list[str]) -> dict[str, str]:
    """Public id → state of those cards that are still there."""
    rows = list(visible_jobs(member).live().filter(public_id__in=public_ids).only(*STATE))
    note_waits(rows)
    return {job.public_id: state_of(job) for job in rows}


def poller(jobs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The template's words for a poller of these (public id, state); none: it is the last."""
    listed = ",".join(f"{public_id}.{state}" for public_id, state in list(jobs)[:MAX_CARDS])
    return {"poll_jobs": listed, "poll_url": f"{reverse('poll')}?jobs={listed}" if listed else ""}


def read_seen(text: str) -> dict[str, str]:
    """Public id → state of what a page shows; anything else in `text` is passed over."""
    found = (SEEN.fullmatch(each) for each in text[:4000].split(","))
    return {match[1]: match[2] for match in list(found)[:MAX_CARDS] if match}
