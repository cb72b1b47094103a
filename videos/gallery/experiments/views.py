"""Which experiments are there, and how does each stand?"""

from datetime import UTC, datetime, timedelta
from typing import Any

from csp.decorators import csp_exempt
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from videos.gallery.experiments.lookup import experiments_for, find
from videos.gallery.experiments.report import csv_of, shown
from videos.gallery.experiments.rows import page_of, rows_of, settled_since
from videos.gallery.shell.bulk import instant
from videos.gallery.shell.htmx import go, page, piece, unchanged
from videos.models import Action, AuditAction, Experiment, Member, Vote, may, record
from videos.models.row_policies import may_see_cost
from videos.review.experiments import result, voters
from videos.team.access import member_of, requires

MAX_SHOWN = 200
# Rows are committed a moment after the time that is written in them.
COMMITTED_WITHIN = timedelta(seconds=2)


@require_safe
def experiment_list(request: HttpRequest) -> HttpResponse:
    """The newest experiments, with how far the member has got."""
    member = member_of(request)
    own = Vote.objects.filter(experiment=OuterRef("pk"), member=member).order_by()
    voted = own.values("experiment").annotate(n=Count("pk")).values("n")
    rows = experiments_for(member).with_counts().annotate(voted=Coalesce(Subquery(voted), 0))
    context = {
        "experiments": rows[:MAX_SHOWN],
        "may_generate": may(member, Action.GENERATE),
    }
    return page(request, "experiments/list.html", context)


@require_safe
def experiment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One experiment: its rows to vote in, or its result."""
    experiment, member = find(request, pk), member_of(request)
    asked_at = timezone.now()
    context = page_of(member, experiment, rows_of(member, experiment)) | {
        "voters": voters(experiment),
        "may_run": may(member, Action.RUN_EXPERIMENT, experiment),
        "may_export": may(member, Action.EXPORT, experiment),
    }
    if experiment.is_open:
        context |= poller(experiment, asked_at, context["pending"])
    else:
        context |= _result(member, experiment)
    return page(request, "experiments/detail.html", context)


@csp_exempt()  # type: ignore[arg-type]  # it knows views without arguments alone
@require_GET
def experiment_news(request: HttpRequest, pk: int) -> HttpResponse:
    """The clips that arrived or failed since `since`; 204 without any. Others go on playing."""
    experiment, member = find(request, pk), member_of(request)
    if not experiment.is_open:
        return go(request, reverse("experiment_detail", args=[pk]))
    since, asked_at = instant(request.GET, "since"), timezone.now()
    settled = settled_since(member, experiment, since)
    if not settled:
        return unchanged()
    context = page_of(member, experiment, rows_of(member, experiment))
    following = context | poller(experiment, asked_at, context["pending"])
    parts = [
        ("experiments/_candidate.html", context | {"row": row, "candidate": candidate, "oob": True})
        for row in context["rows"]
        for candidate in row.candidates
        if (row.number, candidate.label) in settled
    ]
    return piece(request, ("experiments/_poller.html", following), *parts)


@require_safe
@requires(Action.EXPORT)
def experiment_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The result of a closed experiment as CSV."""
    experiment, member = find(request, pk, Action.EXPORT), member_of(request)
    if experiment.is_open:
        return go(request, reverse("experiment_detail", args=[pk]))
    if request.method != "HEAD":
        record(AuditAction.EXPERIMENT_EXPORTED, experiment)
    text = csv_of(result(experiment), priced=may_see_cost(member, experiment))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dailies-experiment-{pk}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def poller(experiment: Experiment, asked_at: datetime, pending: int) -> dict[str, str]:
    """The template's words for a poller; empty once all clips are there."""
    since = (asked_at - COMMITTED_WITHIN).astimezone(UTC).isoformat()
    url = reverse("experiment_news", args=[experiment.pk])
    return {"poll_url": f"{url}?since={since.replace('+', '%2B')}" if pending else ""}


def _result(member: Member, experiment: Experiment) -> dict[str, Any]:
    outcome, priced = result(experiment), may_see_cost(member, experiment)
    return {
        "result": outcome,
        "by_model": shown(outcome.models, priced=priced),
        "by_seed": shown(outcome.seeds, priced=priced),
        "priced": priced,
    }
