"""Which of the cards on this page have changed? One request for all of them."""

import re
from collections.abc import Iterable

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from videos.gallery.clips.card import card_markup, for_cards, is_pending
from videos.gallery.shell.htmx import piece, unchanged
from videos.models import VideoJob
from videos.models.ids import VIDEO_ID

MAX_CARDS = 48
SEEN = re.compile(rf"({VIDEO_ID})\.([0-9]{{1,9}})")


@csp_exempt()
@require_GET
def poll(request: HttpRequest) -> HttpResponse:
    """204 while nothing has changed; otherwise the changed cards and a poller for the rest."""
    seen = read_seen(request.GET.get("jobs", ""))
    versions = _versions(list(seen))
    if seen and versions == seen:
        return unchanged()
    changed = [each for each, version in versions.items() if seen[each] != version]
    rows = list(for_cards(VideoJob.objects.live().filter(public_id__in=changed)))
    fresh = {job.public_id: job for job in rows}
    waiting = {
        each: fresh[each].version if each in fresh else version
        for each, version in versions.items()
        if each not in fresh or is_pending(fresh[each])
    }
    context = {
        "cards": [card_markup(job, oob=True) for job in rows],
        "gone": [each for each in seen if each not in versions],
        **poller(waiting.items()),
    }
    return piece(request, ("gallery/_poll.html", context))


def _versions(public_ids: list[str]) -> dict[str, int]:
    """Public id → version of those cards that are still there."""
    rows = VideoJob.objects.live().filter(public_id__in=public_ids)
    return dict(rows.values_list("public_id", "version"))


def poller(jobs: Iterable[tuple[str, int]]) -> dict[str, str]:
    """The template's words for a poller of these (public id, version); none: it is the last."""
    listed = ",".join(f"{public_id}.{version}" for public_id, version in list(jobs)[:MAX_CARDS])
    return {"poll_jobs": listed, "poll_url": f"{reverse('poll')}?jobs={listed}" if listed else ""}


def read_seen(text: str) -> dict[str, int]:
    """Public id → version of what a page shows; anything else in `text` is passed over."""
    found = (SEEN.fullmatch(each) for each in text[:4000].split(","))
    return {match[1]: int(match[2]) for match in list(found)[:MAX_CARDS] if match}
