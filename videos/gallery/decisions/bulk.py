"""How does one choice settle many of the clips that need a decision?"""

from collections import Counter
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from videos.gallery.composer.forms import dollars
from videos.gallery.shell.bulk import MAX_IDS, chosen_ids
from videos.gallery.shell.htmx import Toast, go, page
from videos.gallery.shell.numbers import counted
from videos.jobs.dispatch.resolve import decide_many as decide_many_job
from videos.models import Action, JobStatus, Member, VideoJob, visible_jobs
from videos.team.access import member_of, requires

CHOICES = ("look_again", "again", "give_up")
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
    if choice not in CHOICES or not found:
        text = _("Select some clips first.") if choice in CHOICES else _("Choose what to do.")
        return go(request, back, Toast(text, "warning"))
    if choice in CONFIRMED and not request.POST.get("confirmed"):
        return page(request, "gallery/decide_confirm.html", _summary(found, choice))
    done = decide_many_job(member_of(request), found, choice)
    parts = (_done_text(choice, done), _others_text(len(found) - done))
    return go(request, back, Toast(" ".join(filter(None, parts)), "" if done else "warning"))


def _done_text(choice: str, count: int) -> str:
    if choice == "look_again":
        text = ngettext(
            "Looking again for %(count)s clip.", "Looking again for %(count)s clips.", count
        )
    elif choice == "again":
        text = ngettext("Sending %(count)s clip again.", "Sending %(count)s clips again.", count)
    else:
        text = ngettext("Gave up on %(count)s clip.", "Gave up on %(count)s clips.", count)
    return counted(text, count)


def _others_text(count: int) -> str:
    """What is said of the clips that another person was faster with."""
    if not count:
        return ""
    text = ngettext(
        "Someone else decided about %(count)s clip first.",
        "Someone else decided about %(count)s clips first.",
        count,
    )
    return counted(text, count)


def _selected(request: HttpRequest, member: Member) -> QuerySet[VideoJob]:
    waiting = visible_jobs(member).needing_decision().changeable_by(member)
    if request.POST.get("all"):
        return waiting
    return waiting.filter(public_id__in=chosen_ids(request.POST))


def _summary(found: list[VideoJob], choice: str) -> dict[str, Any]:
    """What the question says: how many, where, and what sending them again may cost."""
    prices = [job.price for job in found if job.price is not None]
    total = sum(prices, Decimal())
    providers = Counter(job.provider.name for job in found)
    return {
        "choice": choice,
        "ids": [job.public_id for job in found],
        "count": len(found),
        "providers": sorted(providers.items()),
        "price": dollars(total) if total else "",
        "unpriced": len(found) - len(prices),
    }
