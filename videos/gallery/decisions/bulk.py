"""How does one choice settle many of the clips that need a decision?"""

from collections import Counter
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from videos.gallery.composer.forms import dollars
from videos.gallery.shell.bulk import MAX_IDS, chosen_ids, clips
from videos.gallery.shell.htmx import Toast, go, page
from videos.jobs.dispatch.resolve import decide_many as decide_many_job
from videos.models import Action, JobStatus, Member, VideoJob, allowed_rows
from videos.team.access import member_of, requires

DONE = {
    "look_again": "Looking again for {}.",
    "again": "Sending {} again.",
    "give_up": "Gave up on {}.",
}
# These cannot be undone, and one of them may cost money.
CONFIRMED = ("again", "give_up")


@require_POST
@requires(Action.GENERATE)
def decide_many(request: HttpRequest) -> HttpResponse:
    """Look again, send again or give up, for the clips that were selected or for all of them."""
    back, choice = reverse("unsure"), request.POST.get("choice", "")
    rows = _selected(request, member_of(request))
    if choice in CONFIRMED:
        rows = rows.filter(status=JobStatus.UNSURE)
    found = list(rows.select_related("provider").order_by("pk")[:MAX_IDS])
    if choice not in DONE or not found:
        words = "Select some clips first." if choice in DONE else "Choose what to do."
        return go(request, back, Toast(words, "warning"))
    if choice in CONFIRMED and not request.POST.get("confirmed"):
        return page(request, "gallery/decide_confirm.html", _summary(found, choice))
    done = decide_many_job(member_of(request), found, choice)
    words = DONE[choice].format(clips(done))
    if done < len(found):
        words += f" Someone else decided about {clips(len(found) - done)} first."
    return go(request, back, Toast(words, "" if done else "warning"))


def _selected(request: HttpRequest, member: Member) -> QuerySet[VideoJob]:
    waiting = allowed_rows(member, Action.CHANGE, VideoJob.objects.needing_decision())
    if request.POST.get("all"):
        return waiting
    return waiting.filter(public_id__in=chosen_ids(request.POST))


def _summary(found: list[VideoJob], choice: str) -> dict[str, Any]:
    """What the question says: how many, where, and what sending them again may cost."""
    prices = [job.price for job in found if job.price is not None]
    total = sum(prices, Decimal())
    providers = Counter(str(job.provider) for job in found)
    return {
        "choice": choice,
        "ids": [job.public_id for job in found],
        "count": len(found),
        "providers": sorted(providers.items()),
        "price": dollars(total) if total else "",
        "unpriced": len(found) - len(prices),
    }
