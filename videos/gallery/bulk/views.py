"""How far are one's actions on many clips, what failed, and how is one stopped or undone?"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from videos.gallery.bulk.decision_message import MOST_REASONS
from videos.gallery.bulk.matching import list_address, matching
from videos.gallery.bulk.messages import cancelled_note, progress_of, title_of
from videos.gallery.bulk.start import follow, toast_of
from videos.gallery.shell.dates import shorten
from videos.gallery.shell.htmx import Toast, came_from, go, page, piece, wants_piece
from videos.gallery.shell.numbers import counted
from videos.jobs.errors import ValidationFailed
from videos.models import Action, BulkRun, Refusal, VideoJob, visible_jobs
from videos.review.bulk.begin import (
    begin_reason,
    can_add_reason,
    can_undo,
    cancel,
    reasoned_by,
    undo_run,
)
from videos.review.decisions import reasons
from videos.team.access import member_of, requires

SHOWN = 50
# So many clips that failed are listed.
FAILURES = 100


@dataclass(frozen=True)
class Line:
    """A run as people see it."""

    run: BulkRun
    title: str
    progress: str
    can_undo: bool
    is_undone: bool
    list_url: str
    # The run that Undo takes back: of a run that gives a reason, the rejection.
    undoes: BulkRun
    # Reasons to choose from; empty but after a rejection.
    reasons: list[str] = field(default_factory=list)
    # What it has to say of cancelled clips, where one run is shown.
    note: str = ""


class Failure(NamedTuple):
    """A clip that a run left as it was; `url` is empty where it is gone."""

    name: str
    url: str
    reason: str


@require_safe
def bulk_list(request: HttpRequest) -> HttpResponse:
    """The member's own actions on many clips, newest first."""
    runs = BulkRun.objects.of(member_of(request)).select_related("undone_by")[:SHOWN]
    return page(request, "bulk/list.html", {"lines": [line_of(run) for run in runs]})


@require_safe
def bulk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run, and the clips that it left as they were, with the reason."""
    run = _find(request, pk)
    _note_end(request, run)
    failures = _failures(request, run)
    context = {
        "line": line_of(run, is_alone=True),
        "failures": failures,
        "more_failures": max(0, run.failed - len(failures)),
    }
    return page(request, "bulk/detail.html", context)


@require_GET
def bulk_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The line that says how far a run is. It asks for itself again until the run has ended."""
    run = _find(request, pk)
    _note_end(request, run)
    return _line_piece(request, run)


@require_GET
@requires(Action.VIEW)
def bulk_matching(request: HttpRequest) -> HttpResponse:
    """How many clips match, for the choice on the selection bar."""
    try:
        count = matching(member_of(request), request.GET).count()
    except ValidationFailed as refused:
        return piece(request, ("bulk/_matching.html", {"refused": str(refused)}))
    message = ngettext("All %(count)s clip that matches", "All %(count)s clips that match", count)
    context = {"text": counted(message, count), "until": timezone.now().isoformat()}
    return piece(request, ("bulk/_matching.html", context))


@require_POST
def bulk_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run; what it did stays, and can be undone."""
    run = _find(request, pk)
    was_running = cancel(run)
    run.refresh_from_db()
    if wants_piece(request):
        return _line_piece(request, run)
    message = _("Cancelled.") if was_running else _("It has already finished.")
    return go(request, reverse("bulk_detail", args=[run.pk]), Toast(message, "info"))


@require_POST
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the run that takes this one back."""
    run = _find(request, pk)
    back = undo_run(member_of(request), run)
    list_url = came_from(request, reverse("bulk_detail", args=[(back or run).pk]))
    if back is None:
        return go(request, list_url, Toast(_("This can't be undone."), "warning"))
    if back.is_running:
        follow(request, back)
    if wants_piece(request):
        return _line_piece(request, back)
    return go(request, list_url) if back.is_running else go(request, list_url, toast_of(back))


@require_POST
@requires(Action.DECIDE)
def bulk_reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the run that says why this one rejected its clips."""
    run = _find(request, pk)
    detail_url = reverse("bulk_detail", args=[pk])
    try:
        reason_run = begin_reason(member_of(request), run, request.POST.get("reason", ""))
    except ValidationFailed as invalid:
        return go(request, detail_url, Toast(str(invalid), "warning"))
    if reason_run is None:
        message = _("The reason wasn't saved, because someone has decided again since.")
        return go(request, detail_url, Toast(message, "warning"))
    follow(request, reason_run)
    return _line_piece(request, reason_run) if wants_piece(request) else go(request, detail_url)


def line_of(run: BulkRun, *, is_alone: bool = False) -> Line:
    """The run for people. With `is_alone`, everything that is offered and said of it."""
    undoes = (None if run.is_running else reasoned_by(run)) or run
    is_undone = hasattr(undoes, "undone_by")
    return Line(
        run=run,
        title=title_of(run),
        progress=progress_of(run),
        can_undo=can_undo(undoes) and not is_undone,
        is_undone=is_undone,
        list_url=list_address(run.query),
        undoes=undoes,
        reasons=reasons()[:MOST_REASONS] if is_alone and can_add_reason(run) else [],
        note=cancelled_note(run) if is_alone else "",
    )


def _find(request: HttpRequest, pk: int) -> BulkRun:
    """One's own run. Http404."""
    rows = BulkRun.objects.of(member_of(request)).filter(pk=pk).select_related("undone_by")
    if (run := rows.first()) is None:
        raise Http404("Action not found.")
    return run


def _note_end(request: HttpRequest, run: BulkRun) -> None:
    """Once the member has seen that it has ended, their next pages say nothing of it."""
    if not run.is_running and request.session.get("bulk_run") == run.pk:
        del request.session["bulk_run"]


def _line_piece(request: HttpRequest, run: BulkRun) -> HttpResponse:
    context: dict[str, Any] = {"line": line_of(run, is_alone=True)}
    return piece(request, ("bulk/_line.html", context))


def _failures(request: HttpRequest, run: BulkRun) -> list[Failure]:
    """The first clips that were left, in the order of their turns."""
    left: list[tuple[int, str]] = []
    if run.failed:
        for part in run.parts.exclude(refused={}).iterator(chunk_size=10):
            left += [(clip, reason) for reason, clips in part.refused.items() for clip in clips]
            if len(left) >= FAILURES:
                break
    left = left[:FAILURES]
    rows = visible_jobs(member_of(request)).only("public_id", "prompt")
    jobs: dict[int, VideoJob] = rows.in_bulk([clip for clip, _reason in left])
    return [_failure(jobs.get(clip), reason) for clip, reason in left]


def _failure(job: VideoJob | None, reason: str) -> Failure:
    why = str(Refusal(reason).label)
    if job is None:
        return Failure(_("Deleted clip"), "", why)
    return Failure(shorten(job.prompt), job.get_absolute_url(), why)
