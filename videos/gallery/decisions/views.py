"""Which clips and characters need a person's decision, and what is shown about each?"""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from videos.gallery.characters.views import WITH, Forms, character_lines
from videos.gallery.composer.forms import size_label
from videos.gallery.layout.decision_count import decision_count
from videos.gallery.layout.resolve_form import ResolveForm
from videos.gallery.shell.dates import moment, shorten
from videos.gallery.shell.htmx import Toast, go, page, piece, wants_piece
from videos.gallery.shell.numbers import dollars
from videos.jobs.dispatch.needs_decision import unsure_characters
from videos.jobs.dispatch.reconcile import without_choice
from videos.models import (
    Action,
    JobEvent,
    JobStatus,
    Member,
    VideoJob,
    allowed_rows,
    as_shown,
    visible_jobs,
)
from videos.models.messages import shown
from videos.models.row_policies import price_for
from videos.team.access import member_of, requires

# More than anyone decides at once; the others follow.
SHOWN = 50


@dataclass(frozen=True)
class PendingDecision:
    """One clip that needs a decision, or that is still being searched for."""

    public_id: str
    url: str
    prompt_short: str
    facts: list[str]
    provider: str
    price: str
    was_sent: bool
    when_iso: str
    when_text: str
    because: str
    attention: str
    asks: bool
    form: ResolveForm


@require_safe
@requires(Action.CHANGE)
def unsure(request: HttpRequest) -> HttpResponse:
    """The short list, with every choice in place."""
    return show_unsure(request)


def show_unsure(
    request: HttpRequest,
    forms: Forms | None = None,
    toast: Toast | None = None,
    status: int = 200,
) -> HttpResponse:
    """The list as it stands now, as page or piece; `forms` are those that were refused, by public
    id of the clip or character."""
    context = _context(member_of(request), forms or {})
    if wants_piece(request):
        nav = ("decisions/_waiting_nav.html", {"waiting_count": context["count"], "oob": True})
        parts = ("decisions/_list.html", context | {"is_fresh": True})
        return piece(request, parts, nav, status=status, toasts=[toast] if toast else ())
    if toast:
        return go(request, reverse("unsure"), toast)
    return page(request, "decisions/page.html", context, status)


def _context(member: Member, forms: Forms) -> dict[str, Any]:
    mine = visible_jobs(member).changeable_by(member)
    waiting = mine.needing_decision()
    cast = allowed_rows(member, Action.CHANGE, unsure_characters()).order_by("pk")
    count = decision_count(member)
    return {
        "waiting": _rows(waiting, forms, member),
        "characters": character_lines(member, cast.select_related(*WITH)[:SHOWN], forms),
        "looked_for": _rows(mine.searching(), forms, member),
        "count": count.total,
        "is_cut": max(count) > SHOWN,
        "shown": SHOWN,
    }


def _rows(jobs: Any, forms: Forms, member: Member) -> list[PendingDecision]:
    """The longest waiting first."""
    became = JobEvent.objects.filter(
        job=OuterRef("pk"), from_status=JobStatus.SUBMITTING, to_status=JobStatus.UNSURE
    )
    because = Subquery(became.order_by("-pk").values("why")[:1])
    rows = jobs.select_related("maker", "provider").defer("remote", "extra")
    return [
        _row(job, forms, member) for job in rows.annotate(because=because).order_by("pk")[:SHOWN]
    ]


def _row(job: VideoJob, forms: Forms, member: Member) -> PendingDecision:
    when = job.submit_started_at or job.created_at
    # Ids of fields must be unique on the page.
    seen = as_shown(job)
    price = dollars(amount) if (amount := price_for(member, job)) else ""
    pixels = size_label(job.size).partition(" · ")[0]
    facts = [
        str(job.maker),
        seen.model,
        pixels,
        _("%(seconds)s s") % {"seconds": job.seconds},
        price,
    ]
    form = forms.get(job.public_id) or ResolveForm(auto_id=f"id_%s_{job.public_id}")
    return PendingDecision(
        public_id=job.public_id,
        url=job.get_absolute_url(),
        prompt_short=shorten(job.prompt),
        facts=[fact for fact in facts if fact],
        provider=str(seen.provider),
        price=price,
        was_sent=job.submit_started_at is not None,
        when_iso=when.isoformat(),
        when_text=moment(when),
        because="" if job.is_blind else _sentence(shown(getattr(job, "because", None) or "")),
        attention=_sentence(shown(without_choice(seen.attention))),
        asks=job.status == JobStatus.UNSURE,
        form=form,
    )


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text}." if text and text[-1] not in ".!?。！？" else text
