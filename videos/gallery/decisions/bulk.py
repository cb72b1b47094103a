"""How does one choice settle many of the clips and characters that need a decision?"""

from collections import Counter
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from videos.gallery.composer.budget_left import offers_override
from videos.gallery.layout.decision_count import DecisionCount
from videos.gallery.shell.bulk import MAX_IDS, chosen_ids
from videos.gallery.shell.htmx import Toast, go, page
from videos.gallery.shell.numbers import dollars
from videos.jobs.characters.create import decide_many_characters
from videos.jobs.dispatch.needs_decision import unsure_characters
from videos.jobs.dispatch.resolve import decide_many as decide_many_jobs
from videos.jobs.errors import BudgetExceeded
from videos.models import (
    Action,
    Character,
    JobStatus,
    Member,
    VideoJob,
    allowed_rows,
    as_shown,
    visible_jobs,
)
from videos.models.ids import is_character_id
from videos.models.policies import may_everywhere
from videos.team.access import member_of, requires

DONE = {
    "look_again": gettext_noop("Looking again for %(count)s."),
    "again": gettext_noop("Sending %(count)s again."),
    "give_up": gettext_noop("Gave up on %(count)s."),
}
# These cannot be undone, and one of them may cost money.
CONFIRMED = ("again", "give_up")


@require_POST
@requires(Action.CHANGE)
def decide_many(request: HttpRequest) -> HttpResponse:
    """Look again, send again or give up, for what was selected or for all that waits."""
    back, choice = reverse("unsure"), request.POST.get("choice", "")
    member = member_of(request)
    jobs = _selected_clips(request, member, choice)
    # Characters can't be searched for, because no provider lists them.
    cast = _selected_characters(request, member) if choice in CONFIRMED else []
    if choice not in DONE or not (jobs or cast):
        text = _("Select some clips first.") if choice in DONE else _("Choose what to do.")
        return go(request, back, Toast(text, "warning"))
    if choice in CONFIRMED and not request.POST.get("confirmed"):
        return page(request, "decisions/confirm.html", _summary(member, jobs, cast, choice))
    try:
        clips = decide_many_jobs(member, jobs, choice, request.POST.get("override", ""))
    except BudgetExceeded as refusal:
        text = " ".join(refusal.errors.values())
        if not offers_override(member, refusal):
            return go(request, back, Toast(text, "warning"))
        context = _summary(member, jobs, cast, choice) | {"over_budget": text}
        return page(request, "decisions/confirm.html", context, 422)
    done = DecisionCount(clips, decide_many_characters(cast, choice))
    text = _(DONE[choice]) % {"count": done}
    late = DecisionCount(len(jobs) - done.clips, len(cast) - done.characters)
    if late.total:
        text += " " + _("Someone else decided about %(count)s first.") % {"count": late}
    return go(request, back, Toast(text, "" if done.total else "warning"))


def _selected_clips(request: HttpRequest, member: Member, choice: str) -> list[VideoJob]:
    rows = visible_jobs(member).needing_decision().changeable_by(member)
    if choice in CONFIRMED:
        rows = rows.filter(status=JobStatus.UNSURE)
    if not request.POST.get("all"):
        rows = rows.filter(public_id__in=chosen_ids(request.POST))
    return list(rows.select_related("provider").order_by("pk")[:MAX_IDS])


def _selected_characters(request: HttpRequest, member: Member) -> list[Character]:
    rows = allowed_rows(member, Action.CHANGE, unsure_characters())
    if not request.POST.get("all"):
        chosen = [each for each in request.POST.getlist("ids") if is_character_id(each)]
        rows = rows.filter(public_id__in=chosen[:MAX_IDS])
    return list(rows.select_related("provider").order_by("pk")[:MAX_IDS])


def _summary(
    member: Member, jobs: list[VideoJob], cast: list[Character], choice: str
) -> dict[str, Any]:
    """What the question says: how many, where, and what sending them again may cost."""
    sees = may_everywhere(member, Action.SEE_PRICES)
    jobs = [as_shown(job) for job in jobs]
    prices = [job.price for job in jobs if job.price is not None and sees]
    total = sum(prices, Decimal())
    both: list[VideoJob | Character] = [*jobs, *cast]
    providers = Counter(str(each.provider) for each in both)
    return {
        "choice": choice,
        "ids": [each.public_id for each in both],
        "count": DecisionCount(len(jobs), len(cast)),
        "providers": sorted(providers.items()),
        "price": dollars(total) if total else "",
        "unpriced": len(both) - len(prices) if sees else 0,
    }
