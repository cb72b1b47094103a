"""The page of what was spent, and its tables as CSV."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from videos.billing.claims import Claim, claims
from videos.billing.money import amount_text
from videos.billing.usage_report import (
    Filters,
    Line,
    OutcomeTotals,
    combinations,
    fold,
    outcome_totals,
    over_time,
    storage,
)
from videos.gallery.billing.filters import FilterForm
from videos.gallery.billing.report import DIMENSIONS, report
from videos.gallery.clips.choices import choices
from videos.gallery.shell.htmx import page
from videos.models import Action, AuditAction, FindingKind, Outcome, record
from videos.sharing.bundle import frame_name, with_frames
from videos.sharing.table import csv_text
from videos.team.access import member_of, requires

SHOWN, MOST = 10, 10_000
# As many claims go into a zip with frames.
MOST_FRAMES = 1000
LINES = ("clips", "spend_usd", "video_seconds", "completed", "approved", "usd_per_approved_second")
OUTCOMES = ("outcome", "source", "clips", "estimated_usd", "billed_usd")
CLAIM = (
    "job_id",
    "clip_id",
    "requested_at",
    "provider",
    "model",
    "reason",
    "requested",
    "got",
    "billed_usd",
    "reported_by_provider",
    "clip",
    "evidence_frame",
)


@require_safe
@requires(Action.SEE_USAGE, team=True)
def usage(request: HttpRequest) -> HttpResponse:
    """What was spent in a span of time, by whom, on what, and what came of it."""
    form = FilterForm(request.GET, member_of(request))
    filters = form.filters
    shown = claims(filters, SHOWN + 1)
    context = {
        "form": form,
        "report": report(filters, sees_all=form.sees_all),
        "claims": [_shown(claim) for claim in shown[:SHOWN]],
        "more_claims": len(shown) > SHOWN,
        "query": form.query(),
        "own": not form.sees_all,
    }
    return page(request, "billing/usage.html", context, 200 if form.is_valid() else 422)


@require_safe
@requires(Action.SEE_USAGE, team=True)
def usage_csv(request: HttpRequest, table: str) -> HttpResponse:
    """One table of the page as CSV: by project, member, model, provider or time, the outcomes,
    the storage, or the claims."""
    form = FilterForm(request.GET, member_of(request))
    if not form.is_valid():
        return page(request, "billing/usage_wrong.html", {"form": form}, 422)
    head, rows = _table(table, form.filters, sees_all=form.sees_all)
    if request.method != "HEAD":
        record(AuditAction.USAGE_EXPORTED, after={"table": table})
    response = HttpResponse(csv_text(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dailies-{table}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@requires(Action.SEE_USAGE, team=True)
def usage_claims(request: HttpRequest) -> HttpResponseBase:
    """The claims as a zip: the table, and a frame of each clip that came otherwise."""
    form = FilterForm(request.GET, member_of(request))
    if not form.is_valid():
        return page(request, "billing/usage_wrong.html", {"form": form}, 422)
    shown = claims(form.filters, MOST_FRAMES)
    frames = [claim.public_id for claim in shown if claim.has_frame]
    file = with_frames("claims.csv", csv_text(CLAIM, map(_claim_cells, shown)), frames)
    headers = {
        "Content-Disposition": 'attachment; filename="dailies-claims.zip"',
        "Cache-Control": "no-store",
    }
    if request.method == "HEAD":
        headers["Content-Length"] = str(file.size)
        return HttpResponse(content_type="application/zip", headers=headers)
    record(AuditAction.USAGE_EXPORTED, after={"table": "claims", "count": len(shown)})
    return FileResponse(file, content_type="application/zip", headers=headers)


def _table(
    table: str, filters: Filters, *, sees_all: bool
) -> tuple[tuple[str, ...], Iterable[Iterable[Any]]]:
    if table == "claims":
        return CLAIM, map(_claim_cells, claims(filters, MOST))
    if table == "storage":
        _held, grown = storage(filters)
        return (filters.step, "bytes_added_and_still_here"), grown
    if table == "outcomes":
        return OUTCOMES, map(_outcome_cells, outcome_totals(filters))
    if table == "time":
        cells = (_cells(line, line.key)[:4] for line in over_time(filters))
        return (filters.step, *LINES[:3]), cells
    if table not in DIMENSIONS or (table == "member" and not sees_all):
        raise Http404("Table not found.")
    _title, name_of = DIMENSIONS[table]()
    lines = fold(combinations(filters), lambda row: row[table])
    return (table, *LINES), (_cells(line, name_of(line.key)) for line in lines)


def _outcome_cells(totals: OutcomeTotals) -> tuple[Any, ...]:
    billed = totals.billed / 1e6
    return totals.outcome, totals.source, totals.clips, totals.estimate / 1e6, billed


def _cells(line: Line, name: Any) -> tuple[Any, ...]:
    per_second = "" if line.per_approved_second is None else line.per_approved_second / 1e6
    counts = (
        line.clips,
        line.spend / 1e6,
        line.video / 1000,
        line.finished,
        line.approved,
        per_second,
    )
    return (name, *counts)


def _claim_cells(claim: Claim) -> tuple[Any, ...]:
    clip = f"{settings.PUBLIC_URL}/videos/{claim.public_id}" if claim.is_here else ""
    frame = frame_name(claim.public_id) if claim.has_frame else ""
    return (
        claim.remote_id,
        claim.public_id,
        claim.at.isoformat(timespec="seconds"),
        _provider(claim),
        claim.model,
        "; ".join(claim.reasons),
        claim.requested,
        claim.got,
        claim.billed / 1e6,
        claim.is_certain,
        clip,
        frame,
    )


def _provider(claim: Claim) -> str:
    return next((row.label for row in choices().providers if row.pk == claim.provider), "")


def _shown(claim: Claim) -> dict[str, Any]:
    """A claim for people."""
    came_otherwise = Outcome.FAILED not in claim.reasons
    names = [str(FindingKind(each).label) for each in claim.reasons if each in FindingKind.values]
    return {
        "claim": claim,
        "reason": " · ".join(names) or _("Failed, and billed"),
        "requested": claim.requested.replace("x", "×"),
        "got": claim.got.replace("x", "×") if came_otherwise else claim.got,
        "provider": _provider(claim),
        "billed": amount_text(claim.billed),
        "has_frame": claim.has_frame,
    }
